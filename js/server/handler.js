import { LARGEST_CAR, LARGEST_META } from '../connectors/connector.js';
import { reasonToRefuse } from './admission.js';
import { answer } from './answer.js';
import { clientOf } from './client-address.js';
import { areConditionsClear } from './condition-syntax.js';
import { conditionsOf, differs, matches, rangeOf } from './conditions.js';
import { digestMismatch } from './content-digest.js';
import { Exchange } from './exchange.js';
import { MalformedPathError, parseObjectPath } from './object-key.js';
import { operatorPages } from './operator-pages.js';
import { Places } from './places.js';

/** Characters of a URL; a database name of 255 bytes takes three times as many. */
const LONGEST_URL = 4096;

/** Uploads at a time, milliseconds that each may go without a byte, and the bytes a second that it has to make. */
const UPLOADS = 1000;
const UPLOAD_STALL = 30_000;
const SLOWEST_UPLOAD = 1000;

/** Where clients hear that a meta object has changed, seen from its address. */
const LIVE_LINK = '<../../live>; rel="live"';

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
 *   GET        /health and /metrics, see operator-pages.js
 *
 * 401 and 403 are those of access.js; 502 and 503 say that a bucket behind the store failed or is busy.
 *
 * @param {object} options
 * @param {() => Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {import('./access.js').Access} options.access
 * @param {ReturnType<typeof import('./page-rules.js').pageRules>} options.pages which of them may do all of this
 * @param {number} [options.maxCarBytes] default 256 MiB
 * @param {number} [options.maxMetaBytes] default 16 MiB
 * @param {number} [options.maxUploads] at a time, more are refused with 503.
 *   Default 1,000, of which a client has a share (places.js)
 * @param {number} [options.uploadStall] milliseconds without a byte, or behind 1,000 bytes a second, after which an upload
 *   is broken off; default 30,000
 * @param {import('./metrics.js').Metrics} options.metrics
 * @param {import('./rooms/rooms.js').Rooms} [options.live] told of metas that were stored; where it is served, answers to
 *   requests for metas name its address in a Link header
 * @param {(entry: import('./exchange.js').LogEntry) => void} [options.log] called once for each request
 * @returns {(request: import('./plain-request.js').PlainRequest) => Promise<import('./answer.js').Answer>}
 */
export function createHandler(options) {
  const { store, access, pages, metrics, live, log } = options;
  const { maxCarBytes = LARGEST_CAR, maxMetaBytes = LARGEST_META } = options;
  const { maxUploads = UPLOADS, uploadStall = UPLOAD_STALL } = options;
  const uploads = new Places(maxUploads);
  metrics.gauge('fireproof_uploads', 'Uploads under way.', () => uploads.taken);

  async function put(request, exchange) {
    const { key } = exchange;
    const limit = key.kind === 'meta' ? maxMetaBytes : maxCarBytes;
    if (Number(request.headers.get('content-length')) > limit) return answer(413, 'too large');
    if (!areConditionsClear(request.headers)) return answer(412, 'malformed condition');
    const giveBack = uploads.take(request.client === null ? null : clientOf(request.client));
    if (giveBack === null) return answer(503, 'too many uploads at once', RETRY);
    try {
      const body = exchange.body({ stall: uploadStall, slowest: SLOWEST_UPLOAD });
      const stored = await write(request, body, { key, store: await store(), limit });
      if (stored.status < 300 && key.kind === 'meta') live?.changed(key.name, stored.headers.ETag);
      return stored;
    } finally {
      giveBack();
    }
  }

  async function get(request, { key }) {
    const isPublic = access.isPublic(key.database);
    const found = await read(request, key, { store: await store(), isPublic });
    if (!live?.isServed || key.kind !== 'meta') return found;
    return { ...found, headers: { ...found.headers, Link: LIVE_LINK } };
  }

  /** @type {Record<string, { right: 'read' | 'write', run: typeof get }>} */
  const METHODS = {
    GET: { right: 'read', run: get },
    HEAD: { right: 'read', run: get },
    PUT: { right: 'write', run: put },
  };

  const pagesOfOurs = operatorPages({ store, access, metrics });

  async function respond(request, exchange) {
    if (request.targetLength > LONGEST_URL) return answer(414, 'the URL is too long');
    const refused = pages.refusal(request);
    if (refused !== null) return refused;
    if (request.method === 'OPTIONS') return pages.preflight(request);
    if (!Object.hasOwn(METHODS, request.method)) {
      const Allow = 'GET, HEAD, PUT, OPTIONS';
      return answer(405, `only ${Allow}`, { Allow });
    }
    const { right, run } = METHODS[request.method];
    if (Object.hasOwn(pagesOfOurs, request.path) && right === 'read') {
      return pagesOfOurs[request.path](request);
    }
    exchange.key = parseObjectPath(request.path);
    if (exchange.key === null) return answer(404, 'objects lie at /data, /file and /meta');
    const { name, refusal } = await access.check(request, exchange.key, right);
    exchange.token = name;
    return refusal ?? run(request, exchange);
  }

  /** @returns {import('./answer.js').Answer} to a request that could not be carried out */
  function failure(error, exchange) {
    if (error instanceof MalformedPathError) return answer(400, error.message);
    exchange.failed(error);
    return Object.hasOwn(FAILURES, error.code)
      ? FAILURES[error.code]()
      : answer(500, 'the server failed');
  }

  const ears = { metrics, log };
  return async (request) => {
    const exchange = new Exchange(request);
    const found = await respond(request, exchange).catch((error) => failure(error, exchange));
    const headers = { ...found.headers, ...pages.headers(request) };
    // RFC 9110, section 9.3.2: a HEAD is answered as a GET, without the body.
    const isBare = request.method === 'HEAD' && ArrayBuffer.isView(found.body);
    return exchange.ending({ ...found, headers, body: isBare ? null : found.body }, ears);
  };
}

async function read({ headers, method }, key, { store, isPublic }) {
  const isHead = method === 'HEAD';
  const conditions = conditionsOf(headers);
  const isWhole = !isHead && headers.get('range') === null;
  const object = await store.open(key, { isWhole, conditions });
  if (!object) return answer(404, 'there is no such object');
  const own = headersOf(key, object, isPublic);
  const end = async (status, more) => {
    await object.close();
    return { status, headers: more === undefined ? own : { ...own, ...more }, body: null };
  };
  if (!matches(conditions, object.etag)) return end(412);
  if (!differs(conditions, object.etag)) return end(304);
  if (isHead) return end(200, { 'Content-Length': String(object.size) });
  const range = isWhole ? null : rangeOf(headers, object);
  if (range === 'unsatisfiable') return end(416, { 'Content-Range': `bytes */${object.size}` });
  const { start, end: stop } = range ?? { start: 0, end: object.size };
  own['Content-Length'] = String(stop - start);
  if (range !== null) own['Content-Range'] = `bytes ${start}-${stop - 1}/${object.size}`;
  return { status: range ? 206 : 200, headers: own, body: await object.read(start, stop) };
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
