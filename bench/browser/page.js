// What a device does, in its page; times are milliseconds since 1970 on the clock that the server has too.
import { checkRows, makeDocuments } from '../documents.mjs';

const now = () => performance.timeOrigin + performance.now();

/**
 * @typedef {object} System what ours.js and peer.js make of the two packages
 * @property {(database: string) => Promise<void>} prepare what must be there before, not measured
 * @property {(options: { database: string, remote: string | null }) => Promise<object>} open an open database,
 *   attached to the remote and having pulled from it; null: not attached
 * @property {(db: object) => Promise<void>} sent resolves when the package says that everything is at the remote,
 *   or at once if it says no such thing
 */

/**
 * All documents that can be read now. The peer fails to read what it has not loaded yet, or has lost.
 *
 * @returns {Promise<{ rows: object[], problem?: string }>}
 */
const lookAt = (db) => db.allDocs().catch(({ message }) => ({ rows: [], problem: message }));

/** Offers the tasks to the program that drives the browser. @param {System} system */
export function offer(system) {
  globalThis.tasks = {
    /** Writes documents while connected: awaited one by one, or in batches that are awaited one by one. */
    async write({ database, remote, count, batch }) {
      await system.prepare(database);
      const documents = makeDocuments(count);
      const db = await system.open({ database, remote });
      const start = now();
      if (batch === 1) {
        for (const document of documents) await db.put(document);
      } else {
        for (let at = 0; at < count; at += batch) await db.bulk(documents.slice(at, at + batch));
      }
      const local = now();
      await system.sent(db);
      return { start, local };
    },
    /** Opens, connected or not, until `allDocs` gives everything; gives up `patience` milliseconds after a first look. */
    async read({ database, remote, count, patience }) {
      await system.prepare(database);
      const start = now();
      const db = await system.open({ database, remote });
      let seen = await lookAt(db);
      for (const end = now() + patience; seen.rows.length < count && now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen = await lookAt(db);
      }
      const end = now();
      if (seen.rows.length < count) return { found: seen.rows.length, problem: seen.problem };
      checkRows(seen.rows, count);
      return { start, end };
    },
  };
}
