/**
 * What every BlockStorage must do, as cases that run under node:test and in a browser page.
 */

import { equal, ok, rejects, until } from '../../browser/assert.js';

const CHUNK = 256 * 1024;
const TABLES = ['car', 'file', 'blocks', 'events'];

/**
 * Bytes that differ everywhere, so that a misplaced range shows.
 * @param {number} length
 * @param {number} [seed]
 */
export function pattern(length, seed = 1) {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** @param {string} text */
const encode = (text) => new TextEncoder().encode(text);

/** @param {number} value */
const number = (value) => encode(String(value));

/** A key as long as the real ones, in the order of the index. @param {number} index */
const keyOf = (index) =>
  `bafkrei${String(index).padStart(52, '0')}`.replaceAll(/\d/g, (digit) => 'abcdefghij'[digit]);

/**
 * @param {object} environment
 * @param {(name: string, body: () => Promise<void>) => void} environment.test registers a case
 * @param {(name: string) => import('../../../js/storage/block-storage.js').BlockStorage} environment.create
 *   a new instance on the store of that name, not opened
 */
export function storageAcceptance({ test, create }) {
  let counter = 0;

  /** Registers a case that gets a function opening instances of one fresh store, destroyed afterwards. */
  function storeTest(name, body) {
    test(name, async () => {
      const store = `acceptance ${++counter} ${Math.random().toString(36).slice(2)}`;
      const instances = [];
      const open = async () => {
        const instance = create(store);
        instances.push(instance);
        await instance.open();
        return instance;
      };
      try {
        await body(open, store);
      } finally {
        for (const instance of instances) await instance.close();
        const last = create(store);
        await last.open();
        await last.destroy();
      }
    });
  }

  storeTest('a new store has version 0, no record and no rows', async (open) => {
    const storage = await open();
    equal(await storage.readRecord(), { version: 0, record: null });
    for (const table of TABLES) equal(await storage.readAll(table), []);
    equal(await storage.read([]), []);
  });

  storeTest('a commit makes record and rows readable and increases the version', async (open) => {
    const storage = await open();
    const put = TABLES.map((table, index) => ({
      table,
      key: keyOf(1),
      bytes: pattern(100, index),
    }));
    equal(await storage.commit({ version: 0, record: encode('one'), put }), true);
    const { version, record } = await storage.readRecord();
    equal(version, 1);
    equal(record, encode('one'));
    const rows = await storage.read(TABLES.map((table) => ({ table, key: keyOf(1) })));
    rows.forEach((each, index) => equal(each, pattern(100, index), TABLES[index]));
    equal(await storage.commit({ version: 1, record: encode('two') }), true);
    equal((await storage.readRecord()).version, 2);
  });

  storeTest('an empty record is a record', async (open) => {
    const storage = await open();
    equal(await storage.commit({ version: 0, record: new Uint8Array(0) }), true);
    const { version, record } = await storage.readRecord();
    equal(version, 1);
    equal(record, new Uint8Array(0));
  });

  storeTest('a commit on another version resolves false and writes nothing', async (open) => {
    const storage = await open();
    await storage.commit({
      version: 0,
      record: encode('one'),
      put: [row('car', 1), row('events', 1)],
    });
    for (const version of [0, 2, 7]) {
      const change = { put: [row('car', 2)], delete: [{ table: 'car', key: keyOf(1) }] };
      equal(await storage.commit({ version, record: encode('no'), ...change }), false);
    }
    equal((await storage.readRecord()).record, encode('one'));
    equal((await storage.read([{ table: 'car', key: keyOf(2) }]))[0], null);
    equal((await storage.readAll('car')).length, 1);
  });

  storeTest('a commit without record leaves record and version alone', async (open) => {
    const storage = await open();
    equal(await storage.commit({ put: [row('car', 1)] }), true);
    equal(await storage.readRecord(), { version: 0, record: null });
    await storage.commit({ version: 0, record: encode('one') });
    equal(
      await storage.commit({ put: [row('car', 2)], delete: [{ table: 'car', key: keyOf(1) }] }),
      true,
    );
    equal((await storage.readRecord()).version, 1);
    equal(
      (await storage.readAll('car')).map(({ key }) => key),
      [keyOf(2)],
    );
    equal(await storage.commit({}), true);
  });

  storeTest(
    'the bytes given may be changed after the commit, and those returned too',
    async (open) => {
      const storage = await open();
      const frame = pattern(1000);
      const record = frame.subarray(10, 20);
      const bytes = frame.subarray(100, 200);
      const expected = [record.slice(), bytes.slice()];
      await storage.commit({ version: 0, record, put: [{ table: 'car', key: keyOf(1), bytes }] });
      frame.fill(0);
      for (let round = 0; round < 2; round++) {
        const stored = (await storage.readRecord()).record;
        const [read] = await storage.read([{ table: 'car', key: keyOf(1) }]);
        equal(stored, expected[0], 'record');
        equal(read, expected[1], 'row');
        stored.fill(0);
        read.fill(0);
      }
    },
  );

  for (const size of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * 1024 * 1024]) {
    storeTest(`a row of ${size} bytes comes back whole and in ranges`, async (open) => {
      const storage = await open();
      const bytes = pattern(size);
      await storage.commit({ put: [{ table: 'car', key: keyOf(1), bytes }] });
      const borders = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, size - 1, size, size + 1];
      const offsets = [...new Set(borders.filter((border) => border >= 0 && border <= size + 1))];
      const lengths = [0, 1, 2, CHUNK, CHUNK + 1, size, undefined];
      const ranges = offsets.flatMap((offset) => lengths.map((length) => ({ offset, length })));
      const place = { table: 'car', key: keyOf(1) };
      const [whole, ...parts] = await storage.read([
        place,
        ...ranges.map((range) => ({ ...place, ...range })),
      ]);
      equal(whole, bytes, 'whole row');
      parts.forEach((part, index) => {
        const { offset, length = Infinity } = ranges[index];
        equal(part, bytes.subarray(offset, offset + length), `${length} bytes at ${offset}`);
      });
      const [listed] = await storage.readAll('car');
      equal(listed.bytes, bytes, 'row in the table');
    });
  }

  storeTest('absent rows are null, in any order among present ones', async (open) => {
    const storage = await open();
    await storage.commit({ put: [row('car', 1), row('file', 2)] });
    const rows = await storage.read([
      { table: 'car', key: keyOf(2) },
      { table: 'car', key: keyOf(1) },
      { table: 'file', key: keyOf(1) },
      { table: 'file', key: keyOf(2), offset: 1, length: 2 },
      { table: 'events', key: keyOf(1), offset: 5 },
    ]);
    equal(
      rows.map((each) => each && each.length),
      [null, 50, null, 2, null],
    );
  });

  storeTest('a row can be put again', async (open) => {
    const storage = await open();
    const large = { table: 'car', key: keyOf(9), bytes: pattern(CHUNK * 2 + 5) };
    await storage.commit({ put: [row('car', 1), large] });
    equal(await storage.commit({ put: [row('car', 1), large] }), true);
    equal((await storage.read([{ table: 'car', key: keyOf(9) }]))[0], large.bytes);
    equal((await storage.readAll('car')).length, 2);
  });

  storeTest('deleted rows are gone, large ones too, and can be put again', async (open) => {
    const storage = await open();
    const large = { table: 'car', key: keyOf(3), bytes: pattern(CHUNK * 2 + 5) };
    await storage.commit({
      version: 0,
      record: encode('one'),
      put: [row('car', 1), row('car', 2), large],
    });
    const gone = [1, 3, 4].map((index) => ({ table: 'car', key: keyOf(index) }));
    equal(await storage.commit({ version: 1, record: encode('two'), delete: gone }), true);
    equal(
      (await storage.readAll('car')).map(({ key }) => key),
      [keyOf(2)],
    );
    equal(await storage.read(gone), [null, null, null]);
    await storage.commit({ put: [large] });
    equal((await storage.read([gone[1]]))[0], large.bytes);
  });

  storeTest('readAll gives every row of one table only', async (open) => {
    const storage = await open();
    const events = [1, 2, 3].map((index) => row('events', index));
    await storage.commit({ put: [...events, row('blocks', 4)] });
    const rows = (await storage.readAll('events')).sort((a, b) => (a.key < b.key ? -1 : 1));
    equal(rows.length, 3);
    rows.forEach((each, index) => {
      equal(each.key, events[index].key);
      equal(each.bytes, events[index].bytes);
    });
  });

  storeTest('1,000 rows in one commit', async (open) => {
    const storage = await open();
    const put = Array.from({ length: 1000 }, (_, index) => row(TABLES[index % 4], index));
    equal(await storage.commit({ version: 0, record: encode('many'), put }), true);
    const rows = await storage.read(put.map(({ table, key }) => ({ table, key })));
    rows.forEach((each, index) => equal(each, put[index].bytes, `row ${index}`));
    equal((await storage.readAll('blocks')).length, 250);
  });

  storeTest('keys and tables are kept apart, whatever they are made of', async (open) => {
    const storage = await open();
    const keys = ['a', 'A', 'b/c', '../x', '..', 'con', 'ü ☃', '%2e%2e', 'a.b', '-', '_'];
    const put = keys.map((key, index) => ({ table: 'blocks', key, bytes: number(index) }));
    await storage.commit({ put });
    const rows = await storage.read(keys.map((key) => ({ table: 'blocks', key })));
    rows.forEach((each, index) => equal(each, number(index), keys[index]));
    equal((await storage.readAll('blocks')).map(({ key }) => key).sort(), keys.toSorted());
  });

  storeTest('malformed requests are refused and change nothing', async (open) => {
    const storage = await open();
    const bytes = number(1);
    const commits = [
      { version: 0, record: 'text' },
      { record: bytes },
      { version: -1, record: bytes },
      { put: [{ table: 'records', key: 'k', bytes }] },
      { put: [row('car', 1), { table: 'car', key: '', bytes }] },
      { put: [row('car', 1), { table: 'car', key: 'k', bytes: 'text' }] },
      { put: [row('car', 1)], delete: [{ table: 'car', key: keyOf(1) }] },
      { delete: [{ table: '__proto__', key: 'k' }] },
    ];
    for (const commit of commits) await rejects(storage.commit(commit), 'invalid-argument');
    await rejects(storage.read([{ table: 'car', key: keyOf(1), offset: -1 }]), 'invalid-argument');
    await rejects(storage.read([{ table: 'car', key: keyOf(1), length: 1.5 }]), 'invalid-argument');
    await rejects(storage.readAll('nothing'), 'invalid-argument');
    equal(await storage.readRecord(), { version: 0, record: null });
    equal(await storage.readAll('car'), []);
  });

  storeTest('of two commits on one version exactly one is made', async (open) => {
    const [a, b] = [await open(), await open()];
    for (let version = 0; version < 10; version++) {
      const outcomes = await Promise.all(
        [a, b].map((each, index) =>
          each.commit({ version, record: number(index), put: [row('car', version * 2 + index)] }),
        ),
      );
      equal(outcomes.filter(Boolean).length, 1, 'commits made');
      const winner = outcomes.indexOf(true);
      for (const each of [a, b]) {
        const state = await each.readRecord();
        equal(state.version, version + 1);
        equal(state.record, number(winner));
        const rows = await each.read(
          [0, 1].map((i) => ({ table: 'car', key: keyOf(version * 2 + i) })),
        );
        equal(
          rows.map((found) => found !== null),
          [winner === 0, winner === 1],
        );
      }
    }
  });

  storeTest('two instances making 20 commits each lose none', async (open) => {
    const instances = [await open(), await open()];
    await Promise.all(
      instances.map(async (storage, index) => {
        for (let made = 0; made < 20;) {
          const { version, record } = await storage.readRecord();
          const names = record ? JSON.parse(new TextDecoder().decode(record)) : [];
          const put = [{ table: 'events', key: `${index}-${made}`, bytes: number(made) }];
          const next = encode(JSON.stringify([...names, put[0].key]));
          if (await storage.commit({ version, record: next, put })) made += 1;
        }
      }),
    );
    const { version, record } = await instances[0].readRecord();
    equal(version, 40);
    const names = JSON.parse(new TextDecoder().decode(record));
    equal(new Set(names).size, 40);
    const rows = await instances[1].read(names.map((key) => ({ table: 'events', key })));
    ok(rows.every(Boolean), 'a row named by the record is missing');
  });

  storeTest('onChange tells of commits of others, not of own ones', async (open) => {
    const [a, b] = [await open(), await open()];
    const heard = { a: 0, b: 0 };
    a.onChange(() => (heard.a += 1));
    const stop = b.onChange(() => (heard.b += 1));
    await a.commit({ version: 0, record: encode('one') });
    await until(() => heard.b > 0, 'the other instance heard of the commit');
    await b.commit({ version: 1, record: encode('two') });
    await until(() => heard.a > 0, 'the first instance heard of the commit');
    await new Promise((resolve) => setTimeout(resolve, 100));
    equal(heard, { a: 1, b: 1 });
    stop();
    await a.commit({ version: 2, record: encode('three') });
    await a.commit({ put: [row('car', 1)] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    equal(heard, { a: 1, b: 1 });
  });

  storeTest('a closed instance refuses every call, others go on', async (open, name) => {
    const [a, b] = [await open(), await open()];
    const last = a.commit({ version: 0, record: encode('one') });
    await a.close();
    equal(await last, true, 'the commit that was running');
    await a.close();
    await rejects(a.open(), 'closed');
    await rejects(a.readRecord(), 'closed');
    await rejects(a.read([]), 'closed');
    await rejects(a.readAll('car'), 'closed');
    await rejects(a.commit({ put: [row('car', 1)] }), 'closed');
    await rejects(a.destroy(), 'closed');
    equal((await b.readRecord()).version, 1);
    const unopened = create(name);
    await rejects(unopened.readRecord(), 'closed');
    await unopened.close();
  });

  storeTest('data is there after closing and opening again', async (open) => {
    const first = await open();
    const put = [row('car', 1), { table: 'file', key: keyOf(2), bytes: pattern(CHUNK + 7) }];
    await first.commit({ version: 0, record: encode('kept'), put });
    await first.close();
    const second = await open();
    equal((await second.readRecord()).record, encode('kept'));
    const rows = await second.read(put.map(({ table, key }) => ({ table, key })));
    rows.forEach((each, index) => equal(each, put[index].bytes));
    equal(await second.commit({ version: 1, record: encode('on') }), true);
  });

  storeTest('destroy deletes everything and reaches other instances', async (open) => {
    const [a, b] = [await open(), await open()];
    await a.commit({ version: 0, record: encode('gone'), put: [row('car', 1)] });
    let heard = 0;
    b.onChange(() => (heard += 1));
    await until(async () => (await b.readRecord()).version === 1, 'the commit is seen');
    await new Promise((resolve) => setTimeout(resolve, 50));
    heard = 0;
    await a.destroy();
    await until(() => heard > 0, 'the other instance heard of the end');
    await rejects(b.readRecord(), 'closed', 'storage-lost');
    await rejects(b.read([{ table: 'car', key: keyOf(1) }]), 'closed', 'storage-lost');
    await rejects(b.commit({ version: 1, record: encode('no') }), 'closed', 'storage-lost');
    await rejects(a.readRecord(), 'closed');
    const fresh = await open();
    equal(await fresh.readRecord(), { version: 0, record: null });
    equal(await fresh.readAll('car'), []);
    await fresh.commit({ version: 0, record: encode('new') });
    await rejects(b.readRecord(), 'closed', 'storage-lost');
    equal((await fresh.readRecord()).record, encode('new'));
  });

  storeTest('stores of different names share nothing', async (open, name) => {
    const storage = await open();
    const other = create(`${name} other`);
    await other.open();
    try {
      await storage.commit({ version: 0, record: encode('one'), put: [row('car', 1)] });
      equal(await other.readRecord(), { version: 0, record: null });
      equal((await other.read([{ table: 'car', key: keyOf(1) }]))[0], null);
    } finally {
      await other.destroy();
    }
    equal((await storage.readRecord()).version, 1);
  });
}

/** A row of 50 bytes. */
function row(table, index) {
  return { table, key: keyOf(index), bytes: pattern(50, index + 1) };
}
