// Databases of one name and several stores, for tests of live engines.
import { fireproof } from 'fireproof-wasm';
import { randomUUID } from 'node:crypto';
import { MemoryStorage } from '../../../js/storage/memory.js';

/** A key for databases of a format. */
export const keyOf = (format) => (format === '0.24' ? '07'.repeat(16) : '07'.repeat(32));

/**
 * @param {{ format?: string, public?: boolean }} kind
 * @param {number} count of databases
 * @param {(databases: ReturnType<typeof fireproof>[], open: (options?: object) => ReturnType<typeof fireproof>) =>
 *   Promise<void>} work `open` makes a further one
 */
export async function withStores({ format = '0.24', public: isPublic = false }, count, work) {
  const name = `live ${randomUUID()}`;
  const opened = [];
  const open = (options = {}) => {
    const key = isPublic ? {} : { key: keyOf(format) };
    const storage = new MemoryStorage({ name: randomUUID(), format });
    const db = fireproof(name, { format, public: isPublic, ...key, storage, ...options });
    opened.push(db);
    return db;
  };
  try {
    await work(
      Array.from({ length: count }, () => open()),
      open,
    );
  } finally {
    await Promise.all(opened.map((db) => db.close()));
  }
}

/**
 * @param {() => boolean | Promise<boolean>} holds
 * @param {string} what is waited for
 */
export async function until(holds, what, patience = 15_000) {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether all databases have one state, with documents of these ids. */
export async function agree(databases, ids) {
  const states = await Promise.all(databases.map((db) => db.allDocs()));
  const [first, ...others] = states.map((state) => JSON.stringify(state));
  const keys = states[0].rows.map(({ key }) => key);
  return others.every((state) => state === first) && ids.every((id) => keys.includes(id));
}
