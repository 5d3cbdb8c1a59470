// Live engines of one origin: two databases of one name, each with a store and a worker of its own.
import { equal, ok, until } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** Milliseconds until the other has heard of something. */
const PATIENCE = 20_000;

const KEYS = { 0.24: '07'.repeat(16), 0.14: '07'.repeat(32) };

export default async function ({ test }) {
  const { connect, fireproof } = await import(new URL('/dist/browser.js', location.href).href);

  for (const format of ['0.24', '0.14']) {
    for (const worker of [true, false]) {
      const where = worker ? 'in workers' : 'on the page';
      test(`connect.tab, ${format}, ${where}: what one writes the other hears of`, async () => {
        const options = { format, key: KEYS[format], worker };
        const name = `live ${format} ${where}`;
        const stores = ['indexeddb', 'memory'];
        const [a, b] = stores.map((storage) => fireproof(name, { ...options, storage }));
        try {
          await a.put({ _id: 'before', text: 'x'.repeat(200_000) });
          const connections = [a, b].map((db) => connect.tab(db));
          const heard = new Map();
          b.subscribe((documents) => {
            for (const document of documents) heard.set(document._id, document);
          });
          await until(() => heard.has('before'), 'what was there is told', PATIENCE);
          await a.put({ _id: 'now', n: 1 });
          await until(() => heard.get('now')?.n === 1, 'a put is told', PATIENCE);
          await b.del('before');
          await until(
            async () => (await a.allDocs()).rows.map(({ key }) => key).join() === 'now',
            'the deletion is told',
            PATIENCE,
          );
          equal(connections[0].peers.length, 1, 'peers');
          const message = new Promise((resolve) => {
            connections[1].addEventListener('message', ({ detail }) => resolve(detail.value));
          });
          await connections[0].send({ at: [1, 2] });
          equal(JSON.stringify(await message), '{"at":[1,2]}', 'a value');
          await connections[1].close();
          await until(() => connections[0].peers.length === 0, 'it is gone', PATIENCE);
          ok(connections[0].status.state === 'idle', 'and the other goes on');
        } finally {
          await Promise.all([a.destroy(), b.destroy()]);
        }
      });
    }
  }
}
