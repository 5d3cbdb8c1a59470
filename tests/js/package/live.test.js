import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../browser/assert.js';
import { withReplica } from '../server/replica.js';
import { withDatabase } from './databases.js';

const heardBy = (live) => {
  const heard = [];
  const end = live.subscribe((snapshot) => heard.push(snapshot));
  return { heard, end };
};

test('a live query, document and listing follow what is written', () =>
  withDatabase({}, async (db) => {
    const query = heardBy(db.liveQuery('n', { descending: true }));
    const document = heardBy(db.liveDoc('a'));
    const all = heardBy(db.liveAllDocs());
    const changes = heardBy(db.liveChanges([], { limit: 9 }));
    await until(() => query.heard.at(-1).hydrated, 'it was read');
    assert.equal(document.heard.at(-1).value, undefined);
    await db.bulk([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    await until(() => query.heard.at(-1).value.docs.length === 2, 'both are there');
    assert.deepEqual(
      query.heard.at(-1).value.rows.map(({ id }) => id),
      ['b', 'a'],
    );
    await until(() => document.heard.at(-1).value?.n === 1, 'the document is there');
    await until(() => all.heard.at(-1).value.rows.length === 2, 'the listing is there');
    await until(() => changes.heard.at(-1).value.rows.length === 2, 'the changes are there');
    await db.del('a');
    await until(() => document.heard.at(-1).value === undefined, 'the document is gone');
    await until(() => changes.heard.at(-1).value.rows[1].deleted, 'it is told as deleted');
    for (const { end } of [query, document, all, changes]) end();
    const heard = query.heard.length;
    await db.put({ _id: 'c', n: 3 });
    assert.equal(query.heard.length, heard);
  }));

test('a document that is not concerned is told nothing', () =>
  withDatabase({}, async (db) => {
    await db.put({ _id: 'a', n: 1 });
    const { heard, end } = heardBy(db.liveDoc('a'));
    await until(() => heard.at(-1).hydrated, 'it was read');
    for (let n = 0; n < 5; n++) await db.put({ _id: 'b', n });
    await db.put({ _id: 'a', n: 2 });
    await until(() => heard.at(-1).value.n === 2, 'it changed');
    assert.equal(heard.length, 3);
    end();
  }));

test('a burst of writes is read a few times, not once a write', () =>
  withDatabase({}, async (db) => {
    let reads = 0;
    const live = db.live(async () => {
      reads += 1;
      return (await db.allDocs()).rows.length;
    });
    const { heard, end } = heardBy(live);
    await Promise.all(Array.from({ length: 100 }, (_, n) => db.put({ _id: `d${n}` })));
    await until(() => heard.at(-1).value === 100, 'all are counted');
    assert.ok(reads <= 101, `${reads} readings`);
    assert.ok(heard.every((snapshot, at) => at === 0 || snapshot !== heard[at - 1]));
    end();
  }));

test('who asks twice for the same live value gets it twice', () =>
  withDatabase({}, async (db) => {
    const map = ({ n }) => n;
    const read = () => db.allDocs();
    assert.equal(db.liveQuery('n', { key: 1 }), db.liveQuery('n', { key: 1 }));
    assert.equal(db.liveQuery(map), db.liveQuery(map));
    assert.equal(db.live(read), db.live(read));
    assert.equal(db.liveDoc('a'), db.liveDoc('a'));
    for (const other of [
      db.liveQuery('n', { key: 2 }),
      db.liveQuery('n', { key: 1n }),
      db.liveQuery('m', { key: 1 }),
      db.liveQuery(map, { key: 1 }),
    ])
      assert.notEqual(other, db.liveQuery('n', { key: 1 }));
  }));

test('an option that there is not shows as the error of the live value', () =>
  withDatabase({}, async (db) => {
    const { heard, end } = heardBy(db.liveQuery('n', { kee: 1 }));
    await until(() => heard.at(-1).error, 'it failed');
    assert.equal(heard.at(-1).error.code, 'invalid-argument');
    end();
  }));

test('the status of a connection is a live value', () =>
  withReplica(({ url }) =>
    withDatabase({}, async (db) => {
      const connection = connect.rest(db, { url, poll: 0 });
      const { heard, end } = heardBy(connection.live());
      assert.equal(heard[0].value.state, 'connecting');
      await connection.synced();
      await until(() => heard.at(-1).value.state === 'idle', 'it is idle');
      assert.equal(connection.live().get(), connection.live().get());
      assert.ok(heard.every(Object.isFrozen));
      end();
      await connection.close();
      assert.equal(connection.live().get().value.state, 'closed');
      assert.notEqual(heard.at(-1).value.state, 'closed');
    }),
  ));
