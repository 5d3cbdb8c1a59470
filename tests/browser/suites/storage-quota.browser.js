import { IndexedDbStorage } from '../../../js/storage/indexeddb.js';
import { pattern } from '../../js/storage/acceptance.js';
import { equal, rejects } from '../assert.js';

/** Only Chromium can be given a limit, and only before an origin has stored anything: a suite of its own. */
export const browsers = ['chromium'];

export default async function ({ test, command }) {
  const { fireproof } = await import(new URL('/dist/browser.js', location.href).href);

  test('a full disk is quota-exceeded and nothing is changed', async () => {
    await command('limitStorage', { bytes: 5_000_000 });
    const storage = new IndexedDbStorage({ name: 'full', format: '0.24' });
    await storage.open();
    const record = new Uint8Array([1, 2, 3]);
    await storage.commit({ version: 0, record });
    const put = [
      { table: 'events', key: 'small', bytes: new Uint8Array(10) },
      { table: 'car', key: 'huge', bytes: pattern(20_000_000) },
    ];
    const commit = { version: 1, record: new Uint8Array(9), put };
    await rejects(storage.commit(commit), 'quota-exceeded');
    const state = await storage.readRecord();
    equal(state.version, 1);
    equal(state.record, record);
    equal(await storage.readAll('events'), []);
    equal(await storage.readAll('car'), []);
    equal(await storage.commit({ version: 1, record, put: put.slice(0, 1) }), true);
    await storage.destroy();
  });

  for (const format of ['0.24', '0.14']) {
    test(`a write for which there is no room changes nothing: ${format}`, async () => {
      const db = fireproof('full', { format });
      const { clock } = await db.put({ _id: 'a', n: 1 });
      const large = { _id: 'a', _files: { huge: pattern(8_000_000) } };
      await rejects(db.put(large), 'quota-exceeded');
      await rejects(db.bulk([{ _id: 'b' }, large]), 'quota-exceeded');
      equal([...db.clock], clock);
      await db.put({ _id: 'c', n: 2 });
      await db.close();
      const again = fireproof('full', { format });
      equal(
        (await again.allDocs()).rows.map(({ value }) => value),
        [
          { _id: 'a', n: 1 },
          { _id: 'c', n: 2 },
        ],
      );
      await again.destroy();
    });
  }
}
