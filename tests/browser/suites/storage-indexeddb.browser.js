import { IndexedDbStorage } from '../../../js/storage/indexeddb.js';
import { pattern } from '../../js/storage/acceptance.js';
import { equal, ok, rejects, until } from '../assert.js';
import { commitInTurn } from './storage-race.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

const FORMAT = '0.24';
const CHUNK = 256 * 1024;
const record = new Uint8Array([1, 2, 3]);
const small = { table: 'file', key: 'small', bytes: new Uint8Array(10) };
const large = { table: 'car', key: 'large', bytes: pattern(10 * CHUNK + 5) };

const databaseName = (name) => `fireproof-wasm/${FORMAT}/${name}`;

/** The result of a bare IndexedDB request. */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Replaces a method for the time of `work`. */
async function replacing(owner, name, replace, work) {
  const original = owner[name];
  owner[name] = replace(original);
  try {
    return await work();
  } finally {
    owner[name] = original;
  }
}

/** Collects the connections that are opened during `work`. */
async function connectionsOf(work) {
  const connections = [];
  const open = (original) =>
    function (...args) {
      const request = original.apply(this, args);
      request.addEventListener('success', () => connections.push(request.result));
      return request;
    };
  await replacing(IDBFactory.prototype, 'open', open, work);
  return connections;
}

export default function ({ test, browser, command }) {
  let counter = 0;

  /** A case with an open store that is destroyed afterwards. */
  function storeTest(title, body) {
    test(title, async () => {
      const name = `indexeddb ${++counter} ${Math.random().toString(36).slice(2)}`;
      const create = () => new IndexedDbStorage({ name, format: FORMAT });
      const storage = create();
      await storage.open();
      try {
        await body({ storage, name, create });
      } finally {
        await storage.close();
        await done(indexedDB.deleteDatabase(databaseName(name)));
      }
    });
  }

  storeTest(
    'the layout is the documented one, and no value drags a larger buffer along',
    async ({ storage, name }) => {
      const frame = new Uint8Array(1_000_000);
      const view = { ...small, bytes: frame.subarray(5, 15) };
      await storage.commit({ version: 0, record: frame.subarray(0, 3), put: [view, large] });
      const database = await done(indexedDB.open(databaseName(name)));
      equal(database.version, 1);
      equal(
        [...database.objectStoreNames],
        ['blocks', 'car', 'chunks', 'events', 'file', 'record'],
      );
      const transaction = database.transaction(['car', 'file', 'chunks', 'record']);
      const get = (store, key) => done(transaction.objectStore(store).get(key));
      const stored = await get('record', 'record');
      equal(stored.version, 1);
      equal(stored.record.buffer.byteLength, 3);
      equal((await get('file', 'small')).buffer.byteLength, 10);
      equal(await get('car', 'large'), { size: 10 * CHUNK + 5 });
      const chunks = await done(transaction.objectStore('chunks').getAll());
      equal(
        chunks.map((chunk) => chunk.buffer.byteLength),
        [...Array(10).fill(CHUNK), 5],
      );
      database.close();
    },
  );

  storeTest('a range read of a large row loads only the chunks it touches', async ({ storage }) => {
    await storage.commit({ put: [large] });
    let loaded = 0;
    const getAll = (original) =>
      function (...args) {
        const request = original.apply(this, args);
        request.addEventListener('success', () => {
          for (const chunk of request.result) loaded += chunk.length;
        });
        return request;
      };
    await replacing(IDBObjectStore.prototype, 'getAll', getAll, async () => {
      const range = { offset: 5 * CHUNK - 3, length: 10 };
      const [part] = await storage.read([{ table: 'car', key: 'large', ...range }]);
      equal(part, large.bytes.subarray(5 * CHUNK - 3, 5 * CHUNK + 7));
    });
    equal(loaded, 2 * CHUNK);
  });

  storeTest('a lost connection is opened again', async ({ storage, create }) => {
    await storage.commit({ version: 0, record });
    const other = create();
    const [connection] = await connectionsOf(() => other.open());
    // What browsers do to a connection: it is closed, and told so.
    connection.close();
    connection.dispatchEvent(new Event('close'));
    equal((await other.readRecord()).version, 1);
    equal(await other.commit({ version: 1, record, put: [large] }), true);
    await other.close();
  });

  storeTest(
    'a connection that is lost without notice is opened again',
    async ({ storage, create }) => {
      const other = create();
      const [connection] = await connectionsOf(() => other.open());
      connection.close();
      equal(await other.commit({ version: 0, record, put: [large] }), true);
      equal((await storage.readRecord()).version, 1);
      await other.close();
    },
  );

  storeTest(
    'a commit that was made although its connection broke counts once',
    async ({ storage }) => {
      let broken = 0;
      // The commit succeeds, but what arrives is the news that its transaction was aborted.
      const transaction = (original) =>
        function (stores, mode, options) {
          const made = original.call(this, stores, mode, options);
          if (mode === 'readwrite' && broken++ === 0) {
            made.addEventListener('complete', (event) => {
              event.stopImmediatePropagation();
              made.dispatchEvent(new Event('abort'));
            });
          }
          return made;
        };
      await replacing(IDBDatabase.prototype, 'transaction', transaction, async () => {
        equal(await storage.commit({ version: 0, record }), true);
      });
      equal(broken, 2, 'tries');
      equal((await storage.readRecord()).version, 1);
      equal(await storage.commit({ version: 1, record }), true);
    },
  );

  storeTest('a store that keeps failing is storage-lost', async ({ storage }) => {
    const fail = () => () => {
      throw new DOMException('no', 'UnknownError');
    };
    await replacing(IDBDatabase.prototype, 'transaction', fail, async () => {
      await rejects(storage.readRecord(), 'storage-lost');
      await rejects(storage.commit({ version: 0, record }), 'storage-lost');
    });
    equal((await storage.readRecord()).version, 0);
  });

  storeTest(
    'an upgrade by another tab is let through; if it fails, work goes on',
    async ({ storage, name }) => {
      await storage.commit({ version: 0, record });
      const request = indexedDB.open(databaseName(name), 2);
      request.onblocked = () => ok(false, 'the upgrade was blocked');
      request.onupgradeneeded = () => request.transaction.abort();
      await done(request).catch(() => {});
      equal((await storage.readRecord()).version, 1);
      equal(await storage.commit({ version: 1, record }), true);
    },
  );

  storeTest(
    'after an upgrade by newer code the store is storage-lost',
    async ({ storage, name }) => {
      await storage.commit({ version: 0, record });
      const newer = await done(indexedDB.open(databaseName(name), 2));
      await rejects(storage.readRecord(), 'storage-lost');
      newer.close();
    },
  );

  storeTest(
    'destroying a database that somebody holds open is an error',
    async ({ create, name }) => {
      const holder = await done(indexedDB.open(databaseName(name)));
      const other = create();
      await other.open();
      const error = await rejects(other.destroy(), 'storage-lost');
      equal(error.retryable, true);
      holder.close();
    },
  );

  storeTest('a deletion from outside is closed', async ({ storage, name }) => {
    await storage.commit({ version: 0, record });
    let heard = 0;
    storage.onChange(() => (heard += 1));
    await done(indexedDB.deleteDatabase(databaseName(name)));
    await rejects(storage.readRecord(), 'closed');
    await rejects(storage.commit({ version: 1, record }), 'closed');
    equal(heard, 1);
  });

  storeTest(
    'a store that was emptied while its connection was lost is storage-lost',
    async ({ storage, name, create }) => {
      await storage.close();
      const other = create();
      const [connection] = await connectionsOf(() => other.open());
      await other.commit({ version: 0, record });
      let heard = 0;
      other.onChange(() => (heard += 1));
      connection.close();
      connection.dispatchEvent(new Event('close'));
      await done(indexedDB.deleteDatabase(databaseName(name)));
      await rejects(other.commit({ version: 1, record }), 'storage-lost');
      await rejects(other.readRecord(), 'storage-lost');
      equal(heard, 1);
    },
  );

  storeTest('QuotaExceededError is quota-exceeded and nothing is changed', async ({ storage }) => {
    await storage.commit({
      version: 0,
      record,
      put: [{ table: 'car', key: 'kept', bytes: record }],
    });
    let puts = 0;
    const put = (original) =>
      function (...args) {
        if (++puts === 5) throw new DOMException('full', 'QuotaExceededError');
        return original.apply(this, args);
      };
    await replacing(IDBObjectStore.prototype, 'put', put, async () => {
      const gone = [{ table: 'car', key: 'kept' }];
      const commit = { version: 1, record: new Uint8Array(9), put: [large], delete: gone };
      await rejects(storage.commit(commit), 'quota-exceeded');
    });
    equal(puts, 5, 'not tried again');
    const state = await storage.readRecord();
    equal(state.version, 1);
    equal(state.record, record);
    equal(
      (await storage.readAll('car')).map(({ key }) => key),
      ['kept'],
    );
    equal(await storage.commit({ version: 1, record, put: [large] }), true);
  });

  storeTest(
    'two tabs making 20 commits each lose none; each hears of the other',
    async ({ storage, name }) => {
      const tab = await openTab(command);
      await tab.order('open', { name });
      let heard = 0;
      storage.onChange(() => (heard += 1));
      await Promise.all([tab.order('race', { count: 20 }), commitInTurn(storage, 'page', 20)]);
      const state = await storage.readRecord();
      equal(state.version, 40);
      const names = JSON.parse(new TextDecoder().decode(state.record));
      equal(new Set(names).size, 40);
      const rows = await storage.read(names.map((key) => ({ table: 'events', key })));
      equal(
        rows.map((row) => new TextDecoder().decode(row)),
        names,
      );
      await until(() => heard > 0 && tab.heard > 0, 'both heard of commits');
      await tab.close();
    },
  );

  storeTest(
    'destroy reaches other tabs as closed, in both directions',
    async ({ name, create }) => {
      const tab = await openTab(command);
      for (const byTab of [false, true]) {
        const mine = create();
        await mine.open();
        const { version } = await mine.readRecord();
        await mine.commit({ version, record });
        await tab.order('open', { name });
        equal((await tab.order('version')).value, 1);
        if (byTab) {
          await tab.order('destroy');
          await rejects(mine.readRecord(), 'closed');
          await rejects(mine.commit({ version: 1, record }), 'closed');
        } else {
          await mine.destroy();
          equal((await tab.order('version')).code, 'closed');
        }
      }
      await tab.close();
    },
  );

  if (browser !== 'chromium') return;

  storeTest('site data cleared by the user is noticed', async ({ storage }) => {
    await storage.commit({ version: 0, record });
    await command('clearStorage');
    await rejects(storage.commit({ version: 1, record }), 'storage-lost', 'closed');
    await rejects(storage.readRecord(), 'storage-lost', 'closed');
  });
}

/** Opens another tab that works on stores; see storage.tab.js for its orders. */
async function openTab(command) {
  const channel = new BroadcastChannel('storage tab');
  const tab = { heard: 0, order, close };
  const waiting = new Map();
  let isReady = false;
  channel.onmessage = ({ data }) => {
    if (data.ready) isReady = true;
    if (data.heard) tab.heard += 1;
    waiting.get(data.answer)?.(data);
  };
  await command('openTab', { module: 'tests/browser/suites/storage.tab.js' });
  await until(() => isReady, 'the other tab is loaded', 20_000);

  function order(name, parameters = {}) {
    const id = waiting.size;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    channel.postMessage({ id, order: name, ...parameters });
    return answer;
  }
  function close() {
    channel.close();
    return command('closeTabs');
  }
  return tab;
}
