import { parseArgs } from 'node:util';
import { ReplicationError } from '../errors.js';

/** Where it is found unless told otherwise. */
const PORT = 8080;

/** The options of `fireproof-wasm serve`, and what the help says of them. */
const OPTIONS = {
  dir: { type: 'string', hint: 'DIR', what: 'the folder of the objects (./fireproof-data)' },
  s3: { type: 'string', hint: 'BUCKET', what: 'instead: a bucket, opened with AWS_ACCESS_KEY_ID' },
  's3-endpoint': { type: 'string', hint: 'URL', what: 'of the S3 service (Amazon)' },
  's3-region': { type: 'string', hint: 'NAME', what: 'of the bucket (AWS_REGION)' },
  's3-prefix': { type: 'string', hint: 'FOLDER', what: 'in the bucket (none)' },
  's3-exclusive': { type: 'boolean', what: 'nobody else writes to the bucket' },
  port: { type: 'string', hint: 'N', what: '(8080), 0 for a free one' },
  host: { type: 'string', hint: 'H', what: '(127.0.0.1)' },
  tokens: {
    type: 'string',
    hint: 'FILE',
    what: 'who may do what, read again at SIGHUP (all do all)',
  },
  'public-read': { type: 'boolean', what: 'with --tokens: everybody may read' },
  origin: {
    type: 'string',
    multiple: true,
    hint: 'URL',
    what: 'of pages let in, repeatable (all)',
  },
  'server-name': {
    type: 'string',
    multiple: true,
    hint: 'NAME',
    what: 'with --origin: names of the server besides addresses, repeatable',
  },
  proxy: {
    type: 'string',
    multiple: true,
    hint: 'ADDRESS',
    what: 'whose X-Forwarded-For tells the client, repeatable',
  },
  'max-car-bytes': { type: 'string', hint: 'N', what: '(268435456)' },
  'max-meta-bytes': { type: 'string', hint: 'N', what: '(16777216)' },
  log: {
    type: 'string',
    hint: 'json',
    what: 'a line of JSON for each request, on standard output',
  },
};

const nameOf = ([name, { hint }]) => `--${name}${hint ? ` ${hint}` : ''}`;

const width = Math.max(...Object.entries(OPTIONS).map((option) => nameOf(option).length));

/** One line for each option. */
export const SERVE_HELP = Object.entries(OPTIONS).map(
  (option) => `${nameOf(option).padEnd(width)}  ${option[1].what}`,
);

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @returns {{ store: { dir: string } | { s3: object }, place: string, limits: object, host: string,
 *   port: number, tokens?: string, publicRead: boolean, origins?: '*' | string[], hosts?: string[], proxies?: string[], isLogging: boolean }} `place` and
 *   nothing of the credentials is for showing
 * @throws {ReplicationError} `invalid-argument`; or what parseArgs throws
 */
export function parseServeOptions(args, env) {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.log !== undefined && values.log !== 'json') refuse(`not a form of log: ${values.log}`);
  if (values['public-read'] && values.tokens === undefined) refuse('--public-read needs --tokens');
  if (values['server-name'] && !values.origin) refuse('--server-name needs --origin');
  const number = (name, fallback, largest) => {
    const text = values[name];
    if (text === undefined) return fallback;
    if (/^\d{1,15}$/.test(text) && Number(text) <= largest) return Number(text);
    return refuse(`not a ${name === 'port' ? 'port' : 'number of bytes'}: ${text}`);
  };
  return {
    ...placeOf(values, env),
    host: values.host ?? '127.0.0.1',
    port: number('port', PORT, 65_535),
    tokens: values.tokens,
    publicRead: values['public-read'] ?? false,
    origins: values.origin?.join() === '*' ? '*' : values.origin,
    hosts: values['server-name'],
    proxies: values.proxy,
    limits: {
      maxCarBytes: number('max-car-bytes', undefined, Number.MAX_SAFE_INTEGER),
      maxMetaBytes: number('max-meta-bytes', undefined, Number.MAX_SAFE_INTEGER),
    },
    isLogging: values.log === 'json',
  };
}

function placeOf({ dir, s3, ...values }, env) {
  const region = values['s3-region'] ?? env.AWS_REGION;
  const others = Object.keys(values).filter((name) => name.startsWith('s3-'));
  if (s3 === undefined) {
    if (others.length > 0) refuse(`--${others[0]} needs --s3`);
    return { store: { dir: dir ?? 'fireproof-data' }, place: dir ?? 'fireproof-data' };
  }
  if (dir !== undefined) refuse('either --dir or --s3');
  if (region === undefined) refuse('--s3 needs --s3-region or AWS_REGION');
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    refuse('--s3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  }
  const prefix = values['s3-prefix'];
  const exclusive = values['s3-exclusive'];
  const bucket = { bucket: s3, endpoint: values['s3-endpoint'], region, prefix, exclusive };
  const credentials = { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN };
  const place = `s3://${[s3, prefix].filter(Boolean).join('/')}`;
  return { store: { s3: { ...bucket, credentials } }, place };
}

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}
