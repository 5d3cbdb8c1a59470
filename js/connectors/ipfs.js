import { ReplicationError } from '../errors.js';
import { baseUrl, describe } from './base-url.js';
import { HttpClient } from './http.js';
import { IpfsBlocks } from './ipfs/blocks.js';
import { CarPlaces } from './ipfs/car-places.js';
import { Journal } from './ipfs/journal.js';
import { unwrapMeta, wrapMeta } from './ipfs/wrapped-meta.js';

/** Milliseconds that a node or gateway gets before the next one is asked: those of today hang on what they have not. */
const PATIENCE = 15_000;

/**
 * CARs as blocks of IPFS, the meta at another remote. A CAR is cut into raw blocks of at most 512 KiB, each named by the
 * SHA-256 of its bytes, so that any gateway may be asked and none has to be believed. Which blocks a CAR consists of
 * (`CarPlaces`) is itself kept in blocks; the meta names these.
 *
 * @param {import('./connector.js').Database & {
 *   rpc?: string | URL,
 *   gateway?: string | URL | (string | URL)[],
 *   headers?: Record<string, string>,
 *   getHeaders?: (reason: 'request' | 'unauthorized') => any,
 *   patience?: number,
 *   fetch?: typeof globalThis.fetch,
 * }} options `rpc`: address of a Kubo RPC, without /api/v0; blocks are pinned there, and without it the remote is only read.
 *   `gateway`: one or several, asked in turn after the RPC. `headers` and `getHeaders` are those of the RPC alone.
 *   `patience`: milliseconds without a byte after which the next one is asked
 * @returns {import('./connector.js').Connector & { withMeta: (keeper: import('./connector.js').Connector) =>
 *   import('./connector.js').Connector }}
 * @throws {ReplicationError} `invalid-argument`
 */
export function ipfsConnector(options) {
  const { rpc, gateway = [], patience = PATIENCE, fetch, headers, getHeaders } = options;
  const gateways = [gateway].flat().map(baseUrl);
  const node = rpc === undefined ? null : baseUrl(rpc);
  if (!node && gateways.length === 0) refuse('connect.ipfs takes `rpc`, `gateway` or both');
  if (!Number.isFinite(patience) || patience <= 0) refuse('`patience` is a number of milliseconds');
  const name = `ipfs ${describe(node ?? gateways[0])}`;
  const client = (more) => new HttpClient({ remote: name, fetch, stall: patience, ...more });
  const api = node && { base: node, http: client({ headers, getHeaders }), patience };
  const blocks = new IpfsBlocks({ name, api, gateways, http: client({}) });
  const journal = api && new Journal(api, options);
  const places = new CarPlaces({ name, blocks, journal });
  return {
    name,
    canWrite: api !== null,
    conditional: false,
    getMeta: () => Promise.reject(withoutKeeper()),
    getCar: (request) => places.read(request),
    withMeta: (keeper) => kept(name, places, keeper, api !== null),
  };
}

/** The remote together with the keeper of its meta. */
function kept(ownName, places, keeper, isWritable) {
  const name = `${ownName}, meta at ${keeper.name}`;
  const canWrite = isWritable && keeper.canWrite;

  async function getMeta(request) {
    const answer = await keeper.getMeta(request);
    if (answer.status !== 'found') return answer;
    const unwrapped = answer.metas.map((bytes) => unwrapMeta(bytes));
    for (const { index } of unwrapped) await places.learn(index, request?.signal);
    return { ...answer, metas: unwrapped.map(({ meta }) => meta) };
  }

  async function putMeta({ bytes, condition, etag, signal }) {
    const own = bytes.slice(); // its owner may change it meanwhile
    const wrapped = wrapMeta(own, await places.publish(signal));
    const asked = keeper.conditional ? { condition, etag } : { condition: 'none' };
    return keeper.putMeta({ bytes: wrapped, signal, ...asked });
  }

  const named = (operation) => (request) =>
    operation(request).catch((error) => rename(error, name));
  return {
    name,
    canWrite,
    conditional: keeper.conditional,
    getMeta: named(getMeta),
    getCar: named((request) => places.read(request)),
    ...(canWrite && {
      putMeta: named(putMeta),
      putCar: named((upload) => places.write(upload)),
      hasCar: named((question) => places.has(question)),
      probe: async () => ({ absent: 'unknown', match: 'unknown' }),
    }),
  };
}

/** @returns {never} the error, as one of both remotes together */
function rename(error, remote) {
  if (error instanceof ReplicationError) error.remote = remote;
  throw error;
}

const withoutKeeper = () =>
  new ReplicationError(
    'invalid-argument',
    'connect.ipfs takes `meta`, another remote that keeps what changes: new connect.rest(…), say',
  );

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}
