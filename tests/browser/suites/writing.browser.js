import { equal, rejects, until } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

const BYTES = new Uint8Array([0, 127, 255]);

export default async function ({ test }) {
  const { fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  let made = 0;

  async function withDatabase(options, work) {
    const db = fireproof(`writing-${++made}`, options);
    try {
      await work(db);
    } finally {
      await db.destroy();
    }
  }

  for (const worker of [true, false]) {
    for (const format of ['0.24', '0.14']) {
      const options = { worker, format };
      const where = `${format}, ${worker ? 'in a worker' : 'on the page'}`;

      test(`what is written is read, also after reopening: ${where}`, () =>
        withDatabase(options, async (db) => {
          const values = { n: 1.5, big: 2n ** 60n, bytes: BYTES, list: [null, 'ü', { a: [] }] };
          const { id, clock } = await db.put(values);
          equal([...db.clock], clock);
          await db.bulk([{ _id: 'gone' }, { _id: 'kept' }]);
          await db.del('gone');
          await db.close();
          const again = fireproof(db.name, options);
          const read = await again.get(id);
          equal(read.n, values.n);
          equal(String(read.big), String(values.big));
          equal(read.bytes, BYTES);
          equal(read.list, values.list);
          await rejects(again.get('gone'), 'not-found');
          equal((await again.query('_id', { prefix: 'k' })).rows.length, 1);
          equal((await again.at(clock).allDocs()).rows.length, 1);
          await again.destroy();
        }));

      test(`attachments go in and come out: ${where}`, () =>
        withDatabase(options, async (db) => {
          const large = new Uint8Array(1_500_000).map((_, at) => at * 31 + (at >> 8));
          const _files = { 'a.txt': new File(['hello'], 'a', { type: 'text/plain' }), large };
          await db.put({ _id: 'x', _files });
          equal(large.length, 1_500_000, 'bytes that the page still has');
          const read = await db.get('x');
          await db.put({ ...read, n: 1 });
          const entries = (await db.get('x'))._files;
          const text = await entries['a.txt'].file();
          equal(`${text.type} ${await text.text()}`, 'text/plain hello');
          const content = await entries.large.file();
          equal(new Uint8Array(await content.arrayBuffer()), large);
        }));

      test(`each commit is told once, in order, before the write resolves: ${where}`, () =>
        withDatabase(options, async (db) => {
          const heard = [];
          db.subscribe((documents) => heard.push(documents.map(({ n }) => n).join()));
          await Promise.all(Array.from({ length: 10 }, (_, n) => db.put({ _id: 'x', n })));
          const { clock } = await db.put({ _id: 'x', n: 10 });
          equal([...db.clock], clock);
          await until(() => heard.length >= 11, 'all changes are told');
          equal(heard, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
        }));

      test(`destroy() after close() deletes what is stored: ${where}`, () =>
        withDatabase(options, async (db) => {
          await db.put({ _id: 'diary' });
          await db.close();
          await db.destroy();
          const again = fireproof(db.name, options);
          equal((await again.allDocs()).rows, []);
          await again.destroy();
        }));

      test(`a refused document refuses its bulk: ${where}`, () =>
        withDatabase(options, async (db) => {
          const { message } = await rejects(
            db.bulk([{ _id: 'a' }, { _id: 'b', list: [Infinity] }]),
            'invalid-document',
          );
          equal(message, 'document "b": member "list[0]" is Infinity');
          equal((await db.allDocs()).rows, []);
        }));
    }
  }
}
