import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, titleOf } from '../package/databases.js';
import { event } from '../package/remote.js';
import { agree, until, withStores } from './pairs.js';

for (const kind of KINDS) {
  test(`${titleOf(kind)}: databases with stores of their own hear of each other`, () =>
    withStores(kind, 3, async (databases) => {
      const [a, b, c] = databases;
      await a.put({ _id: 'before', n: 1 });
      for (const db of databases) connect.tab(db);
      await b.put({ _id: 'b', n: 2 });
      await c.put({ _id: 'c', _files: { note: new Uint8Array(100_000).fill(7) } });
      await until(() => agree(databases, ['before', 'b', 'c']), 'all have everything');
      await a.del('before');
      await until(async () => (await c.allDocs()).rows.length === 2, 'the deletion is there');
      const { _files } = await a.get('c');
      const file = await _files.note.file();
      assert.equal(file.size, 100_000);
    }));
}

test('a subscriber hears of a put in another store', () =>
  withStores({}, 2, async ([a, b]) => {
    const connections = [a, b].map((db) => connect.tab(db));
    await until(() => connections.every(({ peers }) => peers.length === 1), 'they have met');
    const heard = new Promise((resolve) => b.subscribe(resolve));
    await a.put({ _id: 'x', n: 1 });
    assert.deepEqual(await heard, [{ _id: 'x', n: 1 }]);
  }));

test('peers are listed, hear values, and are gone when they close', () =>
  withStores({}, 2, async ([a, b]) => {
    const [first, second] = [a, b].map((db) => connect.tab(db));
    await until(() => first.peers.length === 1 && second.peers.length === 1, 'they have met');
    const [{ id, kind, since }] = first.peers;
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.equal(kind, 'live');
    assert.ok(Math.abs(Date.now() - since) < 10_000);
    const message = event(second, 'message');
    await first.send({ cursor: [1, 2], name: 'Zoë' });
    assert.deepEqual(await message, {
      from: second.peers[0].id,
      value: { cursor: [1, 2], name: 'Zoë' },
    });
    await a.put({ _id: 'x' });
    await until(() => first.peers[0].held[0] === a.clock[0], 'the other holds it');
    await assert.rejects(first.send(undefined), { code: 'invalid-argument' });
    await assert.rejects(first.send('x'.repeat(40_000)), { code: 'invalid-argument' });
    await second.close();
    await until(() => first.peers.length === 0, 'it is gone');
    assert.equal(first.status.state, 'idle');
  }));

test('another channel, another key and another name are other rooms', () =>
  withStores({}, 2, async ([a, b], open) => {
    const other = open({ key: '08'.repeat(16) });
    await a.put({ _id: 'x' });
    const first = connect.tab(a, { channel: 'one' });
    const second = connect.tab(b, { channel: 'two' });
    const refused = event(first, 'error');
    const third = connect.tab(other, { channel: 'one' });
    assert.equal((await refused).code, 'key-mismatch');
    await Promise.all([second.loaded, third.loaded]);
    assert.deepEqual((await b.allDocs()).rows, []);
    assert.deepEqual((await other.allDocs()).rows, []);
  }));

test('one that is alone has loaded, and says so', () =>
  withStores({}, 1, async ([a]) => {
    const connection = connect.tab(a);
    await connection.loaded;
    await connection.synced();
    assert.equal(connection.status.state, 'idle');
    assert.equal(connection.status.safe, false);
    await connection.close();
    assert.equal(connection.status.state, 'closed');
  }));

test('what is wrong with the options is said at once', () =>
  withStores({}, 1, async ([a]) => {
    const connection = connect.tab(a, { channel: 7 });
    await assert.rejects(connection.loaded, { code: 'invalid-argument' });
    const keeper = new connect.rest({ url: 'http://localhost:1/' });
    await assert.rejects(connect.tab(a, { meta: keeper }).loaded, { code: 'invalid-argument' });
    await assert.rejects(connect.raw(a, { download: async () => null, mode: 'pull' }).send({}), {
      code: 'invalid-argument',
    });
  }));
