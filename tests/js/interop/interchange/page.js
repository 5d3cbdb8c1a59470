// Our engine in a page: one database of each generation, written and replicated as the test says.
import { writeFor } from './writes.js';

export default async function ({ command }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);

  async function begin({ name, url, ...options }) {
    const db = fireproof(name, options);
    return { db, connection: connect.rest(db, { url, poll: 2000 }) };
  }

  /** What the test may ask for. */
  const tasks = {
    put: ({ db }, { doc }) => db.put(doc),
    synced: ({ connection }) => connection.synced(),
    write: ({ db }, plan) =>
      writeFor({ ...plan, put: (doc) => db.put(doc), del: (id) => db.del(id) }),
    async state({ db }) {
      const { rows } = await db.allDocs();
      const changes = await db.changes();
      const deleted = changes.rows.filter((row) => row.deleted).map(({ key }) => key);
      return { docs: rows.map(({ value }) => value), deleted };
    },
    close: ({ db }) => db.destroy(),
  };

  async function serve(format) {
    const device = await begin(await command('begin', { format }));
    for (let answer = null; ;) {
      const task = await command('next', { format, answer });
      if (task === null) return;
      try {
        answer = { result: (await tasks[task.name](device, task.parameters)) ?? null };
      } catch (error) {
        answer = { error: String(error.stack ?? error) };
      }
    }
  }

  await Promise.all(['0.24', '0.14'].map(serve));
}
