/** Storages that the browser may empty when it needs room, unless it was asked to keep them. */
const OF_BROWSER = [undefined, 'indexeddb', 'opfs'];

/**
 * How safe what is written is, here and elsewhere.
 *
 * @param {any} storage the option of the database
 * @param {import('./connection.js').Connection[]} connections
 * @returns {Promise<{ persisted: boolean | null, quota: number | null, usage: number | null, safe: boolean,
 *   remotes: { connection: object, safe: boolean, lastSyncedAt: number | null }[] }>} `persisted`: nobody empties the store but
 *   the user, null: not known; bytes of the whole origin; `safe`: all is stored and confirmed at one remote at least
 */
export async function durabilityOf(storage, connections) {
  const writing = connections.filter(({ mode }) => mode !== 'pull');
  const remotes = writing.map((connection) => {
    const { lastSyncedAt, status } = connection;
    return { connection, safe: status.safe, lastSyncedAt };
  });
  return { ...(await placeOf(storage)), safe: remotes.some(({ safe }) => safe), remotes };
}

async function placeOf(storage) {
  const kind = storage?.type ?? storage;
  const unknown = { persisted: null, quota: null, usage: null };
  if (kind === 'memory') return { ...unknown, persisted: false };
  const manager = globalThis.navigator?.storage;
  const noBrowser = typeof indexedDB === 'undefined';
  if (kind === 'file' || (kind === undefined && noBrowser)) return { ...unknown, persisted: true };
  if (!OF_BROWSER.includes(kind) || !manager) return unknown;
  const [persisted, { quota, usage }] = await Promise.all([
    manager.persisted(),
    manager.estimate(),
  ]);
  return { persisted, quota: quota ?? null, usage: usage ?? null };
}
