import { Remote } from '../database/remote.js';
import { ReplicationError } from '../errors.js';

/** Options of a remote that say where it is, by kind, and those that let one write. Functions cannot go into a link. */
const PLACES = {
  rest: { where: ['url'], secret: ['headers'] },
  static: { where: ['url'], secret: [] },
  s3: {
    where: ['endpoint', 'region', 'bucket', 'prefix', 'pathStyle', 'download'],
    secret: ['credentials', 'upload', 'headers'],
  },
  ipfs: { where: ['gateway'], secret: ['rpc', 'headers'] },
};

/**
 * A remote in a form that a link can have.
 *
 * @param {Remote} remote
 * @param {boolean} readOnly without what lets one write
 * @returns {object}
 * @throws {ReplicationError} `invalid-argument`
 */
export function describeRemote({ kind, options, meta }, readOnly) {
  const place = PLACES[kind];
  const keeper = meta ?? options.meta;
  if (!place) {
    const message =
      'only connect.rest, s3, static and ipfs can be shared: others consist of functions';
    throw new ReplicationError('invalid-argument', message);
  }
  const names = readOnly ? place.where : [...place.where, ...place.secret];
  const entries = names
    .filter((name) => options[name] !== undefined)
    .map((name) => [name, plain(options[name])]);
  const described = { kind, options: Object.fromEntries(entries) };
  return keeper ? { ...described, meta: describeRemote(keeper, readOnly) } : described;
}

/**
 * @param {object} described by `describeRemote`; what else a stranger put there is ignored
 * @returns {Remote}
 * @throws {ReplicationError} `invalid-argument`
 */
export function remoteOf(described) {
  const { kind, options, meta } = described ?? {};
  const place = Object.hasOwn(PLACES, kind ?? '') ? PLACES[kind] : null;
  if (!place || typeof options !== 'object' || options === null) {
    throw new ReplicationError('invalid-argument', 'the link names no remote that is known here');
  }
  const names = [...place.where, ...place.secret].filter((name) => Object.hasOwn(options, name));
  const known = Object.fromEntries(names.map((name) => [name, options[name]]));
  return new Remote({ kind, options: { ...known, ...(meta && { meta: remoteOf(meta) }) } });
}

/** URLs as text, absolute: a link is opened elsewhere. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  const base = globalThis.location?.href;
  const isRelative = typeof value === 'string' && /^\.{0,2}\//.test(value) && base;
  if (value instanceof URL || isRelative) return new URL(value, base).href;
  return value;
}
