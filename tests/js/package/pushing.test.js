// What is written here arrives at others, through our server.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KINDS, titleOf } from './databases.js';
import { attach, puts, settle, textIn, withDevices, withReplica, write } from './devices.js';

const ids = async (db) => (await db.allDocs()).rows.map(({ key }) => key);

for (const kind of KINDS) {
  const withBoth = (work) =>
    withReplica((replica) => withDevices(kind, (devices) => work(replica, devices)));

  describe(`pushing a database of ${titleOf(kind)}`, () => {
    test('two devices write, a third one pulls the same documents', () =>
      withBoth(async (replica, devices) => {
        const [a, b] = [devices.open('a'), devices.open('b')];
        await write(a, 'a');
        const fromA = attach(a, replica);
        await fromA.synced();
        const fromB = attach(b, replica);
        await fromB.loaded;
        assert.equal(await textIn(b), await textIn(a));
        await write(b, 'b');
        await fromB.synced();
        await fromA.refresh();
        assert.equal((await ids(a)).length, 10);
        assert.equal(await textIn(a), await textIn(b));
        const pull = (db) => attach(db, replica, { mode: 'pull' });
        assert.equal(await devices.seenBy(pull), await textIn(a));
        assert.deepEqual([fromA.status.safe, fromB.status.safe], [true, true]);
        assert.equal(fromA.status.pending.cars, 0);
        assert.ok(fromA.status.pushed.cars > 0 && fromA.status.pushed.bytes > 0);
      }));

    test('what was written offline arrives, and what others wrote meanwhile stays', () =>
      withBoth(async (replica, devices) => {
        const [a, b] = [devices.open('a'), devices.open('b')];
        await a.put({ _id: 'common', by: 'a' });
        const first = [attach(a, replica)];
        await first[0].synced();
        first.push(attach(b, replica));
        await first[1].loaded;
        for (const connection of first) await connection.close();

        await Promise.all([write(a, 'a', 20), write(b, 'b', 20)]);
        await b.put({ _id: 'common', by: 'b' });
        await settle([attach(a, replica), attach(b, replica)]);
        assert.equal((await ids(a)).length, 41);
        assert.equal(await textIn(a), await textIn(b));
        assert.equal((await a.get('common')).by, 'b');
        assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(a));
      }));

    test('writers that meet lose nothing', () =>
      withBoth(async (replica, devices) => {
        const first = devices.open('0');
        await first.put({ _id: 'start' });
        const connections = [attach(first, replica)];
        await connections[0].synced();
        const dbs = [first, devices.open('1'), devices.open('2')];
        for (const db of dbs.slice(1)) connections.push(attach(db, replica));
        await Promise.all(connections.map(({ loaded }) => loaded));

        const writing = dbs.map(async (db, device) => {
          for (let n = 0; n < 8; n++) {
            await db.put({ _id: `${device}-${n}`, n });
            if (n % 3 === device) await connections[device].synced();
          }
          await connections[device].synced();
        });
        await Promise.all(writing);
        await settle(connections);
        const expected = dbs.flatMap((_, device) =>
          Array.from({ length: 8 }, (__, n) => `${device}-${n}`),
        );
        for (const db of dbs) assert.deepEqual(await ids(db), [...expected, 'start']);
        assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(first));
      }));

    test('attachments arrive before the document that names them can be read', () =>
      withBoth(async (replica, devices) => {
        const a = devices.open('a');
        const bytes = Uint8Array.from(
          { length: 1_500_000 },
          (_, at) => (at * 31 + (at >> 8)) & 255,
        );
        const text = new File(['hello'], 'a.txt', { type: 'text/plain' });
        await a.put({ _id: 'x', _files: { bytes, text }, _publicFiles: { open: text } });
        await attach(a, replica).synced();
        const order = puts(replica.requests).map((each) => each.split('/')[1]);
        assert.ok(order.includes('file') && order.at(-1) === 'meta', order.join(' '));

        const b = devices.open('b');
        await attach(b, replica).loaded;
        const { _files, _publicFiles } = await b.get('x');
        const read = new Uint8Array(await (await _files.bytes.file()).arrayBuffer());
        assert.ok(Buffer.from(bytes).equals(read));
        assert.equal(await (await _files.text.file()).text(), 'hello');
        assert.equal(await (await _publicFiles.open.file()).text(), 'hello');
      }));

    test('nothing to do is one request, answered 304', () =>
      withBoth(async (replica, devices) => {
        const [a, b] = [devices.open('a'), devices.open('b')];
        await write(a, 'a');
        const connections = [attach(a, replica), attach(b, replica)];
        await settle(connections);
        for (const connection of connections) {
          replica.requests.length = 0;
          await connection.refresh();
          assert.equal(replica.requests.length, 1, replica.requests.join('\n'));
          assert.match(replica.requests[0], /^GET \/meta\/.* 304$/);
        }
      }));

    test('what another device has pushed is not sent back, and nothing is sent twice', () =>
      withBoth(async (replica, devices) => {
        const dbs = [devices.open('a'), devices.open('b')];
        await dbs[0].put({ _id: 'start' });
        const connections = [attach(dbs[0], replica)];
        await connections[0].synced();
        connections.push(attach(dbs[1], replica));
        await connections[1].loaded;
        for (let n = 0; n < 6; n++) {
          await connections[n % 2].refresh();
          replica.requests.length = 0;
          await dbs[n % 2].put({ _id: `${n}` });
          await connections[n % 2].synced();
          assert.equal(puts(replica.requests).length, 2, replica.requests.join('\n'));
          assert.equal(connections[n % 2].status.pending.cars, 0);
        }
      }));

    test('a commit costs one CAR and one meta, and a pull by another device writes nothing', () =>
      withBoth(async (replica, devices) => {
        const [a, b] = [devices.open('a'), devices.open('b')];
        await a.put({ _id: 'first' });
        const fromA = attach(a, replica);
        await fromA.synced();
        const fromB = attach(b, replica);
        await fromB.loaded;
        replica.requests.length = 0;
        await a.put({ _id: 'x' });
        await fromA.synced();
        const kinds = puts(replica.requests).map((each) => each.split('/')[1]);
        assert.deepEqual(kinds, ['data', 'meta']);
        replica.requests.length = 0;
        await fromB.synced();
        assert.deepEqual(puts(replica.requests), []);
      }));
  });
}
