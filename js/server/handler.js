import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { LARGEST_CAR, LARGEST_META } from '../connectors/connector.js';
import { reasonToRefuse } from './admission.js';
import { conditionsOf, differs, matches, rangeOf } from './conditions.js';
import { MalformedPathError, parseObjectPath } from './object-key.js';

/** Seconds that a browser may remember that requests to an object are allowed. */
const PREFLIGHT_AGE = 86_400;

/** Codes of errors that mean that the store is full. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const OUTCOME_STATUS = {
  created: 201,
  replaced: 200,
  unchanged: 200,
  different: 409,
  'precondition-failed': 412,
  refused: 400,
  incomplete: 400,
  'too-large': 413,
};

/**
 * The requests of the REST interface:
 *
 *   GET, HEAD  an object; ETag, If-None-Match (304), If-Match (412), Range (206, 416)
 *   PUT        stores it: 201 new, 200 replaced, or a CAR with the same bytes again; If-Match and
 *              If-None-Match (412) are checked in the same step; 409 a CAR with other bytes; 400 malformed
 *              path, or bytes that do not match the CID; 413 too large; 507 no room
 *   OPTIONS    CORS: pages of every origin may do all of this
 *
 * The ETag of a meta is the SHA-256 of its content, that of a CAR its CID.
 *
 * @param {object} options
 * @param {() => Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {number} [options.maxCarBytes] default 256 MiB
 * @param {number} [options.maxMetaBytes] default 16 MiB
 * @returns {(request: Request) => Promise<Response>}
 */
export function createHandler({ store, maxCarBytes = LARGEST_CAR, maxMetaBytes = LARGEST_META }) {
  const app = new Hono();
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'HEAD', 'PUT', 'OPTIONS'],
      exposeHeaders: ['ETag', 'Content-Length', 'Content-Range', 'Retry-After'],
      maxAge: PREFLIGHT_AGE,
    }),
  );
  app.get('*', async ({ req }) => read(req.raw, keyOf(req), await store()));
  app.put('*', async ({ req }) => {
    const key = keyOf(req);
    if (key === null) return text(404, 'objects lie at /data, /file and /meta');
    const limit = key.kind === 'meta' ? maxMetaBytes : maxCarBytes;
    return write(req.raw, key, { store: await store(), limit });
  });
  app.all('*', () =>
    text(405, 'only GET, HEAD, PUT and OPTIONS', { Allow: 'GET, HEAD, PUT, OPTIONS' }),
  );
  app.onError((error) => {
    if (error instanceof MalformedPathError) return text(400, error.message);
    if (FULL.has(error.code)) return text(507, 'there is no room');
    return text(500, 'the server failed');
  });
  return async (request) => app.fetch(request);
}

/** @param {import('hono').HonoRequest} request */
function keyOf(request) {
  return parseObjectPath(new URL(request.url).pathname);
}

async function read(request, key, store) {
  const object = key && (await store.open(key));
  if (!object) return text(404, 'there is no such object');
  const conditions = conditionsOf(request.headers);
  const range = rangeOf(request.headers, object);
  const isHead = request.method === 'HEAD';
  const headers = headersOf(key, object);
  const end = (status, more = {}) =>
    object.close().then(() => new Response(null, { status, headers: { ...headers, ...more } }));
  if (!matches(conditions, object.etag)) return end(412);
  if (!differs(conditions, object.etag)) return end(304);
  if (isHead) return end(200, { 'Content-Length': String(object.size) });
  if (range === 'unsatisfiable') return end(416, { 'Content-Range': `bytes */${object.size}` });
  const { start, end: stop } = range ?? { start: 0, end: object.size };
  const partly = range && { 'Content-Range': `bytes ${start}-${stop - 1}/${object.size}` };
  return new Response(object.read(start, stop), {
    status: range ? 206 : 200,
    headers: { ...headers, 'Content-Length': String(stop - start), ...partly },
  });
}

async function write(request, key, { store, limit }) {
  if (Number(request.headers.get('content-length')) > limit) return text(413, 'too large');
  const result = await store.put(key, request.body, {
    conditions: conditionsOf(request.headers),
    limit,
    refuse: (received) => reasonToRefuse(key, received),
  });
  const message = result.reason ?? result.outcome;
  return text(OUTCOME_STATUS[result.outcome], message, result.etag ? { ETag: result.etag } : {});
}

function headersOf({ kind }, { etag }) {
  return {
    ETag: etag,
    'Accept-Ranges': 'bytes',
    'Cache-Control': kind === 'meta' ? 'no-cache' : 'public, max-age=31536000, immutable',
    'Content-Type': kind === 'meta' ? 'application/json' : 'application/vnd.ipld.car',
    'X-Content-Type-Options': 'nosniff',
  };
}

/**
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
function text(status, message, headers = {}) {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  return new Response(`${message}\n`, { status, headers: { ...type, ...headers } });
}
