import { ReplicationError } from '../errors.js';

/** @typedef {'honoured' | 'ignored' | 'unsupported'} Policy what a remote makes of a condition */

let made = 0;

/**
 * A remote in memory. Like every real one it answers later, hands out copies, and knows nothing of what it keeps.
 *
 * @param {object} [options]
 * @param {Policy | 'none' | { absent: Policy, match: Policy }} [options.conditions] 'none': its connectors cannot
 *   ask for conditions, as those of functions. Default 'honoured'
 * @returns {{ connector: (database: import('../connectors/connector.js').Database) =>
 *   import('../connectors/connector.js').Connector, objects: Map<string, Uint8Array> }} `objects` are those that it
 *   keeps, by path
 */
export function memoryRemote({ conditions = 'honoured' } = {}) {
  const remote = `memory ${++made}`;
  const conditional = conditions !== 'none';
  const policies =
    typeof conditions === 'string' ? { absent: conditions, match: conditions } : conditions;
  /** @type {Map<string, Uint8Array>} */
  const objects = new Map();
  /** @type {Map<string, string>} */
  const etags = new Map();
  let writes = 0;

  const error = (code, message) => new ReplicationError(code, `${remote}: ${message}`, { remote });

  /** Runs `step`, which does not wait, a moment later. */
  async function later(signal, step) {
    if (signal?.aborted) throw error('aborted', 'aborted by the caller');
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted) throw error('aborted', 'aborted by the caller');
    return step();
  }

  function store(path, bytes) {
    objects.set(path, bytes.slice());
    etags.set(path, `"${++writes}"`);
  }

  /** Stores an object unless a condition is against it. @returns {'stored' | 'refused' | 'unsupported'} */
  function put(path, bytes, condition, etag) {
    const policy = condition === 'none' ? 'ignored' : policies[condition];
    if (policy === 'unsupported') return 'unsupported';
    const holds = condition === 'absent' ? !objects.has(path) : etags.get(path) === etag;
    if (policy === 'honoured' && !holds) return 'refused';
    store(path, bytes);
    return 'stored';
  }

  function connector({ database, format }) {
    const metaPath = `meta/fp.${database}.${format}`;
    const carPath = (kind, cid) => `${kind}/fp.${database}/${cid}`;
    return {
      name: remote,
      canWrite: true,
      conditional,

      getMeta: ({ etag, signal } = {}) =>
        later(signal, () => {
          const bytes = objects.get(metaPath);
          if (!bytes) return { status: 'none' };
          const found = etags.get(metaPath);
          if (etag === found) return { status: 'not-modified' };
          return { status: 'found', metas: [bytes.slice()], etag: found };
        }),

      getCar: ({ kind, cid, signal, onProgress }) =>
        later(signal, () => {
          const bytes = objects.get(carPath(kind, cid));
          if (!bytes) return null;
          onProgress?.(bytes.length, bytes.length);
          return bytes.slice();
        }),

      hasCar: ({ kind, cid, signal }) => later(signal, () => objects.has(carPath(kind, cid))),

      putMeta: ({ bytes, condition, etag, signal }) =>
        later(signal, () => {
          const done = put(metaPath, bytes, condition, etag);
          if (done === 'stored') return { status: done, etag: etags.get(metaPath) };
          return { status: done === 'refused' ? 'conflict' : done };
        }),

      putCar: ({ kind, cid, bytes, ifAbsent, signal, onProgress }) =>
        later(signal, () => {
          onProgress?.(0, bytes.length);
          const done = put(carPath(kind, cid), bytes, ifAbsent ? 'absent' : 'none');
          if (done === 'stored') onProgress?.(bytes.length, bytes.length);
          return done === 'refused' ? 'exists' : done;
        }),

      ...(conditional && { probe: ({ signal }) => later(signal, () => ({ ...policies })) }),
    };
  }

  return { connector, objects };
}
