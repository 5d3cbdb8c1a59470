import { AwsV4Signer } from 'aws4fetch';
import { LARGEST_CAR } from '../connectors/connector.js';
import { resolve } from '../connectors/base-url.js';
import { BRANCH, carPath, dataName, metaName, metaPath } from '../connectors/paths.js';
import { bucketUrl } from '../connectors/s3/address.js';
import { CredentialSource } from '../connectors/s3/credentials.js';
import { ReplicationError } from '../errors.js';
import { parseCarCid } from './car-cid.js';
import { COUNT, FUNCTION, TEXT, checkOptions } from './options.js';
import { BUCKET_OPTIONS } from './s3-requests.js';

/** Seconds that an address may be used for, unless told otherwise; the most that S3 allows is a week. */
const EXPIRES = 300;
const LONGEST = 7 * 24 * 3600;

/** Every option: a bucket's, but that nothing is fetched, and these. */
const OPTIONS = {
  ...BUCKET_OPTIONS,
  fetch: { is: () => false, what: 'left out: a presigner fetches nothing' },
  database: TEXT,
  expires: COUNT,
  maxCarBytes: COUNT,
  authorize: FUNCTION,
};

const FORMATS = ['0.14', '0.24'];

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, OPTIONS',
  'Access-Control-Allow-Headers': 'Authorization',
  'Access-Control-Max-Age': '86400',
};

/** A request that is not answered with an address. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * Fireproof's presigning service (format page 0.14, section 2.4) for one database: gives addresses to which its
 * objects may be PUT for a short time, and no others. It has the credentials of the bucket; those who upload do not
 * need any.
 *
 *   GET ?type=data|file&name=fp.<database>&car=<cid>&size=<bytes>      { "uploadURL": "https://…" }
 *   GET ?type=meta&name=fp.<database>.<format>&branch=main             the same
 *
 * 400 malformed, 403 another database or not allowed, 405 no GET, 413 a CAR that is too large. The address of a CAR takes
 * `size` bytes and no others; how large a meta is, S3 offers no way to limit.
 *
 * @param {object} options
 * @param {string} options.database the only one
 * @param {string} options.region, options.bucket and, as in connect.s3, `endpoint`, `prefix` and `pathStyle`
 * @param {import('../connectors/s3/credentials.js').Credentials} [options.credentials] or
 * @param {(reason: 'request' | 'expired') => any} [options.getCredentials]
 * @param {number} [options.expires] seconds that an address may be used for, default 300
 * @param {number} [options.maxCarBytes] default 256 MiB
 * @param {(request: Request) => boolean | Promise<boolean>} [options.authorize] whether who asks may upload. Without
 *   it, everybody may
 * @returns {{ fetch: (request: Request) => Promise<Response> }}
 * @throws {ReplicationError} `invalid-argument`
 */
export function createPresigner(options) {
  checkOptions('a presigner', options, OPTIONS);
  const {
    database,
    credentials,
    getCredentials,
    expires = EXPIRES,
    maxCarBytes = LARGEST_CAR,
    authorize = () => true,
    ...place
  } = options;
  const isLost = Object.hasOwn(options, 'authorize') && options.authorize === undefined;
  check(!isLost, '`authorize` is undefined. Leave it out to let everybody upload');
  const base = bucketUrl(place);
  check(typeof database === 'string' && database !== '', '`database` is a name');
  check((credentials === undefined) !== (getCredentials === undefined), 'it needs credentials');
  const isSeconds = Number.isInteger(expires) && expires > 0 && expires <= LONGEST;
  check(isSeconds, `\`expires\` is a number of seconds from 1 to ${LONGEST}`);
  const keys = new CredentialSource({
    remote: 'presigner',
    credentials,
    getCredentials,
    now: Date.now,
  });

  async function addressFor({ path, size }) {
    const url = new URL(resolve(base, path));
    url.searchParams.set('X-Amz-Expires', String(expires));
    const { accessKeyId, secretAccessKey, sessionToken } = await keys.get();
    const signer = new AwsV4Signer({
      url: url.href,
      method: 'PUT',
      // Every header that is signed has to be sent, with this value.
      headers: size === undefined ? {} : { 'Content-Length': String(size) },
      allHeaders: true,
      accessKeyId,
      secretAccessKey,
      sessionToken,
      service: 's3',
      region: place.region,
      signQuery: true,
    });
    return (await signer.sign()).url.href;
  }

  async function answer(request) {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: CORS });
    if (request.method !== 'GET') throw new Refusal(405, 'only GET');
    const asked = objectAsked(new URL(request.url).searchParams, { database, maxCarBytes });
    if (!(await authorize(request))) throw new Refusal(403, 'not allowed');
    const headers = { ...CORS, 'Cache-Control': 'no-store' };
    return Response.json({ uploadURL: await addressFor(asked) }, { headers });
  }

  return {
    fetch: (request) =>
      answer(request).catch((error) => {
        const { status, message } =
          error instanceof Refusal ? error : new Refusal(500, 'the service failed');
        const headers = { ...CORS, 'X-Content-Type-Options': 'nosniff' };
        return new Response(message, { status, headers });
      }),
  };
}

/**
 * The place of the object that a query asks for.
 *
 * @param {URLSearchParams} query
 * @param {{ database: string, maxCarBytes: number }} limits
 * @returns {{ path: string, size?: number }}
 * @throws {Refusal}
 */
function objectAsked(query, { database, maxCarBytes }) {
  const [type, name] = [one(query, 'type'), one(query, 'name')];
  if (type === 'meta') {
    const format = FORMATS.find((each) => metaName({ database, format: each }) === name);
    if (format === undefined) throw new Refusal(403, 'another database');
    if (one(query, 'branch') !== BRANCH) throw new Refusal(400, `the only branch is ${BRANCH}`);
    return { path: metaPath({ database, format }) };
  }
  if (type !== 'data' && type !== 'file') throw new Refusal(400, '`type` is data, file or meta');
  if (name !== dataName({ database })) throw new Refusal(403, 'another database');
  const cid = parseCarCid(one(query, 'car'));
  if (cid === null) throw new Refusal(400, '`car` is the CID of a CAR');
  const size = one(query, 'size');
  if (!/^[1-9]\d{0,15}$/.test(size)) throw new Refusal(400, '`size` is a number of bytes');
  if (Number(size) > maxCarBytes) throw new Refusal(413, `at most ${maxCarBytes} bytes`);
  return { path: carPath({ database }, type, cid.text), size: Number(size) };
}

/** The value of a parameter, of which there may be only one. */
function one(query, name) {
  const values = query.getAll(name);
  if (values.length !== 1) throw new Refusal(400, `one \`${name}\` is needed`);
  return values[0];
}

function check(isRight, message) {
  if (!isRight) throw new ReplicationError('invalid-argument', `a presigner: ${message}`);
}
