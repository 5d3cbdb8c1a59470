import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { LARGEST_CAR, LARGEST_META } from '../connectors/connector.js';
import { reasonToRefuse } from './admission.js';
import { answer } from './answer.js';
import { conditionsOf, differs, matches, rangeOf } from './conditions.js';
import { digestMismatch } from './content-digest.js';
import { Exchange } from './exchange.js';
import { MalformedPathError, parseObjectPath } from './object-key.js';

/** Seconds that a browser may remember that requests to an object are allowed. */
const PREFLIGHT_AGE = 86_400;

/** Headers of answers that pages may see. `Date` is what a Retry-After is reckoned by. */
const EXPOSED = [
  'ETag',
  'Content-Length',
  'Content-Range',
  'Date',
  'Retry-After',
  'WWW-Authenticate',
];

/** Characters of a URL; a database name of 255 bytes takes three times as many. */
const LONGEST_URL = 4096;

/** Uploads at a time, and milliseconds that each may go without a byte. */
const UPLOADS = 1000;
const UPLOAD_STALL = 30_000;

/** Seconds after which a client may try again where there was too much to do. */
const RETRY = { 'Retry-After': '1' };

const OUTCOME_STATUS = {
  created: 201,
  replaced: 200,
  unchanged: 200,
  different: 409,
  'precondition-failed': 412,
  refused: 400,
  incomplete: 400,
  'too-large': 413,
  busy: 503,
  unsupported: 501,
};

const REASONS = {
  unsupported: 'what is behind the server does not honour conditions: ask without',
};

/** Answers to the codes of errors of stores. */
const FAILURES = {
  ENOSPC: () => answer(507, 'there is no room'),
  EDQUOT: () => answer(507, 'there is no room'),
  EFBIG: () => answer(507, 'there is no room'),
  BUSY: () => answer(503, 'the store is busy', RETRY),
  BUCKET: () => answer(502, 'the store failed'),
};

/**
 * The requests of the REST interface:
 *
 *   GET, HEAD  an object; ETag, If-None-Match (304), If-Match (412), Range (206, 416)
 *   PUT        stores it: 201 new, 200 replaced, or a CAR with the same bytes again; If-Match and
 *              If-None-Match (412) are checked in the same step; 409 a CAR with other bytes; 400 malformed
 *              path, or bytes that do not match the CID or Content-Digest (RFC 9530, sha-256); 413 too large; 501 conditions that the store
 *              cannot keep; 507 no room; 503 too many at once
 *   OPTIONS    CORS, without a token
 *
 * 401 and 403 are those of access.js; 502 and 503 say that a bucket behind the store failed or is busy.
 *
 * @param {object} options
 * @param {() => Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {import('./access.js').Access} options.access
 * @param {'*' | string[]} [options.origins] of the pages that may do all of this, default every one
 * @param {number} [options.maxCarBytes] default 256 MiB
 * @param {number} [options.maxMetaBytes] default 16 MiB
 * @param {number} [options.maxUploads] at a time, default 1000
 * @param {number} [options.uploadStall] milliseconds without a byte after which an upload is broken off,
 *   default 30,000
 * @param {(entry: import('./exchange.js').LogEntry) => void} [options.log] called once for each request
 * @returns {(request: Request) => Promise<Response>}
 */
export function createHandler(options) {
  const { store, access, origins = '*', log } = options;
  const { maxCarBytes = LARGEST_CAR, maxMetaBytes = LARGEST_META } = options;
  const { maxUploads = UPLOADS, uploadStall = UPLOAD_STALL } = options;
  let uploads = 0;
  const app = new Hono();
  app.use(
    cors({
      origin: origins,
      allowMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS'],
      exposeHeaders: EXPOSED,
      maxAge: PREFLIGHT_AGE,
    }),
  );
  app.use(({ req }, next) =>
    req.url.length > LONGEST_URL ? answer(414, 'the URL is too long') : next(),
  );

  /** @returns {Promise<Response | null>} why the request may not be carried out */
  async function refusalOf(request, exchange, right) {
    exchange.key = parseObjectPath(new URL(request.url).pathname);
    if (exchange.key === null) return answer(404, 'objects lie at /data, /file and /meta');
    const { name, refusal } = await access.check(request, exchange.key, right);
    exchange.token = name;
    return refusal;
  }

  app.get('*', async ({ req: { raw }, env: { exchange } }) => {
    const refusal = await refusalOf(raw, exchange, 'read');
    const isPublic = () => access.isPublic(exchange.key.database);
    return refusal ?? read(raw, exchange.key, { store: await store(), isPublic: isPublic() });
  });

  app.put('*', async ({ req: { raw }, env: { exchange } }) => {
    const refusal = await refusalOf(raw, exchange, 'write');
    if (refusal !== null) return refusal;
    const limit = exchange.key.kind === 'meta' ? maxMetaBytes : maxCarBytes;
    if (Number(raw.headers.get('content-length')) > limit) return answer(413, 'too large');
    if (uploads >= maxUploads) return answer(503, 'too many uploads at once', RETRY);
    uploads += 1;
    try {
      const body = exchange.body(uploadStall);
      return await write(raw, body, { key: exchange.key, store: await store(), limit });
    } finally {
      uploads -= 1;
    }
  });

  app.all('*', () =>
    answer(405, 'only GET, HEAD, PUT and OPTIONS', { Allow: 'GET, HEAD, PUT, OPTIONS' }),
  );

  app.onError((error, { env: { exchange } }) => {
    if (error instanceof MalformedPathError) return answer(400, error.message);
    exchange.failed(error);
    return Object.hasOwn(FAILURES, error.code)
      ? FAILURES[error.code]()
      : answer(500, 'the server failed');
  });

  return async (request) => {
    const exchange = new Exchange(request);
    const response = await app.fetch(request, { exchange });
    return log === undefined ? response : exchange.logged(response, log);
  };
}

async function read(request, key, { store, isPublic }) {
  const { headers, method } = request;
  const isHead = method === 'HEAD';
  const conditions = conditionsOf(headers);
  const isWhole = !isHead && !headers.has('range');
  const object = await store.open(key, { isWhole, conditions });
  if (!object) return answer(404, 'there is no such object');
  const own = headersOf(key, object, isPublic);
  const end = (status, more = {}) =>
    object.close().then(() => new Response(null, { status, headers: { ...own, ...more } }));
  if (!matches(conditions, object.etag)) return end(412);
  if (!differs(conditions, object.etag)) return end(304);
  if (isHead) return end(200, { 'Content-Length': String(object.size) });
  const range = rangeOf(headers, object);
  if (range === 'unsatisfiable') return end(416, { 'Content-Range': `bytes */${object.size}` });
  const { start, end: stop } = range ?? { start: 0, end: object.size };
  const partly = range && { 'Content-Range': `bytes ${start}-${stop - 1}/${object.size}` };
  return new Response(await object.read(start, stop), {
    status: range ? 206 : 200,
    headers: { ...own, 'Content-Length': String(stop - start), ...partly },
  });
}

async function write(request, body, { key, store, limit }) {
  const result = await store.put(key, body, {
    conditions: conditionsOf(request.headers),
    limit,
    refuse: (received) =>
      digestMismatch(request.headers, received.sha256) ?? reasonToRefuse(key, received),
  });
  const { outcome, reason = REASONS[outcome] ?? outcome, etag } = result;
  const headers = outcome === 'busy' ? RETRY : etag ? { ETag: etag } : {};
  return answer(OUTCOME_STATUS[outcome], reason, headers);
}

/** A cache that several people share may keep only what everybody may read. */
function headersOf({ kind }, { etag }, isPublic) {
  const forever = `${isPublic ? 'public' : 'private'}, max-age=31536000, immutable`;
  return {
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Cache-Control': kind === 'meta' ? 'no-cache' : forever,
    'Content-Type': kind === 'meta' ? 'application/json' : 'application/vnd.ipld.car',
    'X-Content-Type-Options': 'nosniff',
  };
}
