import { IndexedDbStorage } from '../../../js/storage/indexeddb.js';
import { pattern } from '../../js/storage/acceptance.js';
import { equal, rejects } from '../assert.js';

/** Only Chromium can be given a limit, and only before an origin has stored anything: a suite of its own. */
export const browsers = ['chromium'];

export default function ({ test, command }) {
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
}
