// What faulty and forgetful remotes make of pushing, and what is promised meanwhile.
import assert from 'node:assert/strict';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { KINDS, rejectsWith } from './databases.js';
import { attach, puts, settle, textIn, withDevices, withReplica, write } from './devices.js';
import { event } from './remote.js';

const ids = async (db) => (await db.allDocs()).rows.map(({ key }) => key);

describe('pushing', () => {
  const [kind] = KINDS;
  const withBoth = (work) =>
    withReplica((replica) => withDevices(kind, (devices) => work(replica, devices)));

  for (let nth = 1; nth <= 6; nth++) {
    for (const stored of [false, true]) {
      const what = stored ? 'is stored but its answer is lost' : 'is answered 503';
      test(`when request ${nth} ${what}, everything arrives nevertheless`, () =>
        withBoth(async (replica, devices) => {
          const a = devices.open('a');
          await a.put({ _id: 'x', _files: { f: new Uint8Array(1000) } });
          await write(a, 'a');
          let count = 0;
          replica.fault = async (_, serve) => {
            if (++count !== nth) return undefined;
            if (stored) await serve();
            return new Response('', { status: 503 });
          };
          const connection = attach(a, replica);
          await connection.synced();
          assert.equal(connection.status.safe, true);
          const b = devices.open('b');
          await attach(b, replica).loaded;
          assert.equal((await ids(b)).length, 6);
          const { _files } = await b.get('x');
          assert.equal((await _files.f.file()).size, 1000);
        }));
    }
  }

  test('safe is true only when the meta that names a write is confirmed', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      await a.put({ _id: 'first' });
      const connection = attach(a, replica);
      assert.equal(connection.status.safe, false);
      await connection.synced();
      assert.equal(connection.status.safe, true);

      let release;
      const held = new Promise((resolve) => (release = resolve));
      const reached = new Promise((resolve) => {
        replica.fault = async (request) => {
          if (request.method !== 'PUT' || !request.url.includes('/meta/')) return undefined;
          resolve();
          await held;
          return undefined;
        };
      });
      await a.put({ _id: 'x' });
      assert.equal(connection.status.safe, false, 'when put resolves');
      const synced = connection.synced();
      await reached;
      assert.equal(connection.status.safe, false, 'while the meta is on its way');
      release();
      await synced;
      assert.equal(connection.status.safe, true);
    }));

  test('writes are pushed without being asked for, and `synced` is told', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      const connection = attach(a, replica);
      await connection.loaded;
      const told = event(connection, 'synced');
      await a.put({ _id: 'x' });
      await told;
      assert.equal(connection.status.safe, true);
      assert.equal(connection.status.state, 'idle');
    }));

  test('progress of pushes is monotone and ends at its total', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      for (let n = 0; n < 3; n++) await a.put({ _id: `${n}`, _files: { f: new Uint8Array([n]) } });
      const seen = [];
      const connection = attach(a, replica);
      connection.addEventListener('progress', ({ detail }) => seen.push(detail));
      await connection.synced();
      const pushed = seen.filter(({ direction }) => direction === 'push');
      assert.ok(pushed.length > 0);
      for (let i = 1; i < pushed.length; i++) {
        assert.ok(pushed[i].cars >= pushed[i - 1].cars && pushed[i].bytes >= pushed[i - 1].bytes);
      }
      const last = pushed.at(-1);
      assert.equal(last.cars, last.totalCars);
      assert.equal(last.bytes, last.totalBytes);
    }));

  test('what was not pushed when the database was closed is pushed later', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      replica.fault = () => new Response('', { status: 503 });
      const connection = attach(a, replica);
      await write(a, 'a');
      const waiting = connection.synced();
      const ended = rejectsWith(waiting, 'closed');
      await a.close();
      await ended;
      replica.fault = undefined;
      const again = devices.open('a');
      await attach(again, replica).synced();
      assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(again));
    }));

  test('closing or aborting a connection ends the calls that wait', () =>
    withBoth(async (replica, devices) => {
      replica.fault = () => new Response('', { status: 503 });
      const a = devices.open('a');
      await a.put({ _id: 'x' });
      const closing = attach(a, replica);
      const closed = rejectsWith(closing.synced(), 'closed');
      await closing.close();
      await closed;
      const stop = new AbortController();
      const aborting = attach(a, replica, { signal: stop.signal });
      const aborted = rejectsWith(aborting.synced(), 'aborted');
      await event(aborting, 'error');
      stop.abort();
      await aborted;
    }));

  test('a connection with mode pull writes nothing; mode push writes', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      await a.put({ _id: 'x' });
      const pulling = attach(a, replica, { mode: 'pull' });
      await pulling.refresh();
      await rejectsWith(pulling.push(), 'invalid-argument');
      assert.deepEqual(puts(replica.requests), []);
      assert.equal(pulling.status.safe, false);
      await pulling.close();
      const pushing = attach(a, replica, { mode: 'push' });
      await pushing.push();
      assert.equal(pushing.status.safe, true);
      assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(a));
    }));

  test('pull() alone writes nothing', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      const connection = attach(a, replica);
      await connection.loaded;
      await connection.pause();
      await a.put({ _id: 'x' });
      assert.deepEqual(puts(replica.requests), []);
      await connection.resume();
      await connection.synced();
      assert.equal(puts(replica.requests).length, 2);
    }));

  for (const [status, code] of [
    [400, 'server'],
    [413, 'quota-exceeded'],
    [403, 'forbidden'],
  ]) {
    test(`uploads that are answered ${status} are an error ${code}, and nothing is lost`, () =>
      withBoth(async (replica, devices) => {
        const a = devices.open('a');
        await a.put({ _id: 'x' });
        replica.fault = ({ method }) =>
          method === 'PUT' ? new Response('', { status }) : undefined;
        const connection = attach(a, replica);
        assert.equal((await event(connection, 'error')).code, code);
        assert.equal(connection.status.safe, false);
        replica.fault = undefined;
        await connection.synced();
        assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(a));
      }));
  }

  test('where conditions are ignored and there are no ETags, writers that meet lose nothing in the end', () =>
    withBoth(async (replica, devices) => {
      replica.fault = async (request, serve) => {
        const headers = new Headers(request.headers);
        for (const name of ['If-Match', 'If-None-Match']) headers.delete(name);
        const { url, method, body } = request;
        const response = await serve(new Request(url, { method, headers, body, duplex: 'half' }));
        response.headers.delete('ETag');
        return response;
      };
      const dbs = [devices.open('a'), devices.open('b')];
      await dbs[0].put({ _id: 'start' });
      const connections = [attach(dbs[0], replica)];
      await connections[0].synced();
      const metas = replica.requests.filter((each) => each.includes('/meta/'));
      assert.match(metas.at(-1), /^GET .* 200$/);
      connections.push(attach(dbs[1], replica));
      await connections[1].loaded;
      const writing = dbs.map(async (db, n) => {
        await db.put({ _id: `${n}` });
        await connections[n].synced();
      });
      await Promise.all(writing);
      await settle(connections);
      for (const db of dbs) assert.deepEqual(await ids(db), ['0', '1', 'start']);
      assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(dbs[0]));
    }));

  test('a remote that was set back to an earlier state gets what it lacks', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      await a.put({ _id: 'x' });
      const connection = attach(a, replica);
      await connection.synced();
      const backup = `${replica.dir}-backup`;
      await cp(replica.dir, backup, { recursive: true });
      await a.put({ _id: 'y' });
      await connection.synced();
      await rm(replica.dir, { recursive: true });
      await rename(backup, replica.dir);
      await a.put({ _id: 'z' });
      await connection.synced();
      assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(a));
    }));

  test('a remote that lost everything gets it again', () =>
    withBoth(async (replica, devices) => {
      const a = devices.open('a');
      await a.put({ _id: 'x', _files: { f: new Uint8Array([1]) } });
      const connection = attach(a, replica);
      await connection.synced();
      for (const folder of ['data', 'file', 'meta']) {
        await rm(join(replica.dir, folder), { recursive: true });
      }
      await a.put({ _id: 'y' });
      await connection.synced();
      assert.equal(await devices.seenBy((db) => attach(db, replica)), await textIn(a));
    }));
});
