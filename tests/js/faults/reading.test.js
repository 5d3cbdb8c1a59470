// The rows of DESIGN's table in which a device meets what it cannot use: our own reader has to say so, in bounded time.
import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { cp, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { KINDS, rejectsWith, titleOf } from '../package/databases.js';
import { attach, textIn, withDevices, write } from '../package/devices.js';
import { event } from '../package/remote.js';
import { withFaultyServer } from './faulty-server.js';

/** Milliseconds that count as bounded: no retry is waited for. */
const BOUND = 10_000;

const ids = async (db) => (await db.allDocs()).rows.map(({ key }) => key);

/** Devices of one database, and a writer whose three commits are three CARs at the server. */
const withCars = (kind, work) =>
  withFaultyServer((server) =>
    withDevices(kind, async (devices) => {
      const writer = devices.open('writer');
      const connection = attach(writer, server);
      for (let n = 0; n < 3; n++) {
        await writer.put({ _id: `doc ${n}`, text: 'x'.repeat(200) });
        await connection.synced();
      }
      const { cars } = await writer.inspect();
      await connection.close();
      await work({ server, devices, writer, cars: cars.flat() });
    }),
  );

for (const kind of KINDS) {
  test(`${titleOf(kind)}: a download that is damaged on the way is made again`, () =>
    withCars(kind, async ({ server, devices, writer, cars }) => {
      for (const fault of ['bytes damaged', 'body cut']) {
        server.plan([{ method: 'GET', kind: 'data', nth: 2, fault }]);
        const reader = devices.open(`reader, ${fault}`);
        server.requests.length = 0;
        await attach(reader, server).loaded;
        assert.equal(await textIn(reader), await textIn(writer));
        assert.equal(server.injected.length, 1);
        const asked = server.requests.filter((each) => each.includes('/data/'));
        assert.equal(asked.length, cars.length + 1);
      }
    }));

  test(`${titleOf(kind)}: a CAR that is damaged at the remote is never stored`, () =>
    withCars(kind, async ({ server, devices, writer, cars }) => {
      server.plan([{ method: 'GET', kind: 'data', cid: cars[0], fault: 'bytes damaged' }]);
      const reader = devices.open('reader');
      const connection = attach(reader, server);
      const { code, message } = await event(connection, 'error');
      assert.equal(code, 'corrupt-car');
      assert.ok(message.includes(cars[0]), message);
      assert.deepEqual(await ids(reader), []);
      await rejectsWith(reader.readCar('car', cars[0]), 'not-found');
      server.plan([]);
      await connection.loaded;
      assert.equal(await textIn(reader), await textIn(writer));
      assert.deepEqual(
        Buffer.from(await reader.readCar('car', cars[0])),
        Buffer.from(await writer.readCar('car', cars[0])),
      );
    }));
}

test('0.24: where metas lie side by side, a damaged CAR of one does not hide the others', () =>
  withFaultyServer(async (server) => {
    const remote = inCheckout('tests', 'fixtures', '0.24', 'd-fork', 'side-by-side', 'remote');
    await cp(remote, server.dir, { recursive: true });
    const [folder] = await readdir(join(remote, 'meta'));
    const entries = JSON.parse(await readFile(join(remote, 'meta', folder, 'main.json')));
    const groups = entries.map(({ data }) =>
      Buffer.from(data.slice(1), 'base64')
        .toString('latin1')
        .match(/baembei[a-z2-7]+/g),
    );
    assert.ok(groups.length > 1);
    const name = /^fp\.(.*)\.0\.24$/.exec(folder)[1];
    const open = () =>
      fireproof(name, { key: '000102030405060708090a0b0c0d0e0f', storage: 'memory' });
    server.plan([{ method: 'GET', kind: 'data', cid: groups[0][0], fault: 'bytes damaged' }]);
    const db = open();
    try {
      const connection = connect.rest(db, { url: server.url, poll: 0 });
      assert.equal((await event(connection, 'error')).code, 'corrupt-car');
      const some = await ids(db);
      assert.ok(some.length > 0, 'the others are applied');
      const head = db.clock;
      server.plan([]);
      await connection.synced();
      assert.notDeepEqual(db.clock, head, 'it came when it was whole');
      assert.ok((await ids(db)).length >= some.length);
    } finally {
      await db.destroy();
    }
  }));

/** Two devices that have each written a history, and had it confirmed at a server of their own: not provisional. */
const withHistories = (kind, work) =>
  withFaultyServer((here) =>
    withFaultyServer((there) =>
      withDevices(kind, async (devices) => {
        const [one, other] = [devices.open('one'), devices.open('other')];
        for (const [db, server, device] of [
          [one, here, 'one'],
          [other, there, 'other'],
        ]) {
          await write(db, device);
          const connection = attach(db, server);
          await connection.synced();
          await connection.close();
        }
        here.requests.length = 0;
        await work({ here, devices, one, other });
      }),
    ),
  );

/** What a promise gives in bounded time. */
async function inTime(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${BOUND} ms`)), BOUND);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

for (const kind of KINDS.filter(({ format }) => format === '0.14')) {
  test(`${titleOf(kind)}: histories that share nothing are told apart, and both stay as they are`, () =>
    withHistories(kind, async ({ here, devices, one, other }) => {
      const before = await textIn(other);
      const meeting = attach(other, here);
      const { code } = await inTime(event(meeting, 'error'));
      assert.ok(['unrelated-history', 'key-mismatch'].includes(code), code);
      assert.equal(await textIn(other), before);
      await meeting.close();
      const puts = here.requests.filter((each) => each.startsWith('PUT'));
      assert.deepEqual(puts, [], 'nothing was written there');
      assert.equal(await devices.seenBy((db) => attach(db, here)), await textIn(one));
    }));
}

for (const kind of KINDS.filter(({ format }) => format === '0.24')) {
  test(`${titleOf(kind)}: histories share the genesis, so that those of strangers merge`, () =>
    withHistories(kind, async ({ here, devices, one, other }) => {
      await inTime(attach(other, here).synced());
      assert.equal((await ids(other)).length, 10);
      assert.equal(await devices.seenBy((db) => attach(db, here)), await textIn(other));
      await inTime(attach(one, here).synced());
      assert.equal(await textIn(one), await textIn(other));
    }));
}

test('0.24: a history under another key is told apart, and both stay as they are', () =>
  withHistories(KINDS[0], async ({ here, one }) => {
    const stranger = fireproof(one.name, { key: '1e'.repeat(16), storage: 'memory' });
    try {
      await write(stranger, 'stranger');
      const before = await textIn(stranger);
      const meeting = connect.rest(stranger, { url: here.url, poll: 0 });
      const { code } = await inTime(event(meeting, 'error'));
      assert.ok(['key-missing', 'key-mismatch'].includes(code), code);
      assert.equal(await textIn(stranger), before);
      assert.deepEqual(
        here.requests.filter((each) => each.startsWith('PUT')),
        [],
      );
    } finally {
      await stranger.destroy();
    }
  }));
