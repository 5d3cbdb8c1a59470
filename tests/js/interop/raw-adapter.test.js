// rawConnection(), as Fireproof 0.14 calls its four functions, against our server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { rawConnection } from '../../../js/interop/node.js';
import {
  FAST,
  failing,
  fixture14,
  isGet,
  isPut,
  lost,
  unconditional,
  withRemote,
} from './adapters.js';

const [base, a, b, merged, later] = [
  '0-base',
  '1-writer-a',
  '2-writer-b',
  '3-merged',
  '4-write-after-merge',
].map((name) => fixture14(`d-fork/${name}`));

/** What the package does with a commit: all its CARs, then the meta. */
async function upload(connection, { cars, meta }) {
  await Promise.all(
    cars.map(({ cid, bytes }) => connection.dataUpload(bytes, { type: 'data', car: cid })),
  );
  return connection.metaUpload(meta);
}

function place({ directory }, { cars, meta }) {
  for (const { cid, bytes } of cars) directory.writeCar('data', cid, bytes);
  directory.writeMeta(meta);
}

const adapt = ({ connector }, options) => rawConnection(connector, { retry: FAST, ...options });

test('an upload settles when it is confirmed, however often it failed', () =>
  withRemote('0.14', async (remote) => {
    remote.fault = failing(5, (request) => request.method === 'PUT');
    const connection = adapt(remote);
    assert.equal(await connection.metaDownload(), null);
    assert.equal(await upload(connection, base), null);
    assert.deepEqual(remote.puts().at(-1), 'meta');
    assert.deepEqual(remote.directory.readMeta(), base.meta);
    connection.close();
  }));

test('a meta that another device has put is handed over to be merged, and replaced by the merged one', () =>
  withRemote('0.14', async (remote) => {
    const connection = adapt(remote);
    place(remote, base);
    assert.deepEqual(await connection.metaDownload(), [base.meta]);
    place(remote, b);
    assert.deepEqual(await upload(connection, a), [b.meta]);
    assert.deepEqual(remote.directory.readMeta(), b.meta);
    // Asked again without a merge in between, it stays.
    assert.deepEqual(await connection.metaUpload(a.meta), [b.meta]);
    assert.equal(await upload(connection, merged), null);
    assert.equal(await upload(connection, later), null);
    assert.deepEqual(remote.directory.readMeta(), later.meta);
    connection.close();
  }));

test('a meta that was downloaded is not overwritten before it is merged', () =>
  withRemote('0.14', async (remote) => {
    place(remote, b);
    const connection = adapt(remote);
    await connection.metaDownload();
    assert.deepEqual(await upload(connection, a), [b.meta]);
    assert.deepEqual(remote.directory.readMeta(), b.meta);
    connection.close();
  }));

test('a compaction covers what it replaced', () =>
  withRemote('0.14', async (remote) => {
    const [compacted, after] = ['0-right-after', '1-one-more-write'].map((name) =>
      fixture14(`f-compacted/${name}`),
    );
    place(remote, compacted);
    const connection = adapt(remote);
    await connection.metaDownload();
    assert.equal(await upload(connection, after), null);
    assert.deepEqual(remote.directory.readMeta(), after.meta);
    connection.close();
  }));

test('public databases have headers too', () =>
  withRemote('0.14', async (remote) => {
    const [one, two, both] = ['1-writer-a', '2-writer-b', '3-merged'].map((name) =>
      fixture14(`d2-fork-public/${name}`),
    );
    place(remote, two);
    const connection = adapt(remote);
    await connection.metaDownload();
    assert.deepEqual(await upload(connection, one), [two.meta]);
    assert.equal(await upload(connection, both), null);
    connection.close();
  }));

test('a meta whose answer was lost is recognised', () =>
  withRemote('0.14', async (remote) => {
    remote.fault = failing(1, isPut('meta'), lost);
    const connection = adapt(remote);
    await connection.metaDownload();
    assert.equal(await upload(connection, base), null);
    assert.deepEqual(remote.directory.readMeta(), base.meta);
    connection.close();
  }));

test('where conditions are ignored, what overwrote our meta is handed over', () =>
  withRemote('0.14', async (remote) => {
    place(remote, base);
    let overwritten = 1;
    remote.fault = async (request, serve) => {
      if (request.method !== 'PUT') return undefined;
      const answer = await serve(await unconditional(request));
      if (isPut('meta')(request) && overwritten-- > 0) place(remote, b);
      return answer;
    };
    const connection = adapt(remote);
    await connection.metaDownload();
    assert.deepEqual(await upload(connection, a), [b.meta]);
    assert.equal(await upload(connection, merged), null);
    connection.close();
  }));

test('the database of another key stays as it is', () =>
  withRemote('0.14', async (remote) => {
    const other = fixture14('a-basic-encrypted');
    place(remote, other);
    const errors = [];
    const connection = adapt(remote, { onError: ({ code }) => errors.push(code) });
    const uploading = upload(connection, base);
    while (errors.length === 0) await pause(5);
    connection.close();
    await assert.rejects(uploading, { code: 'closed' });
    assert.equal(errors[0], 'key-mismatch');
    assert.deepEqual(remote.directory.readMeta(), other.meta);
  }));

test('downloads wait for the remote, and damaged ones are repeated', () =>
  withRemote('0.14', async (remote) => {
    place(remote, base);
    const [{ cid, bytes }] = base.cars;
    const connection = adapt(remote);
    remote.fault = failing(3, () => true);
    assert.deepEqual(await connection.metaDownload(), [base.meta]);
    remote.fault = failing(2, isGet('data'), () => new Response(bytes.slice(1)));
    assert.deepEqual(await connection.dataDownload({ type: 'data', car: cid }), bytes);
    remote.fault = failing(99, isGet('data'), () => new Response(bytes.slice(1)));
    const download = connection.dataDownload({ type: 'data', car: cid });
    await assert.rejects(download, { code: 'corrupt-car' });
    remote.fault = undefined;
    const missing = { type: 'data', car: b.cars.at(-1).cid };
    const isThere = base.cars.some((car) => car.cid === missing.car);
    if (!isThere) assert.equal(await connection.dataDownload(missing), null);
    connection.close();
  }));

test('watching refreshes the connection when another device has written, not for its own metas', () =>
  withRemote('0.14', async (remote) => {
    const connection = adapt(remote);
    let refreshed = 0;
    const refresh = async () => void (refreshed += 1);
    const end = connection.watch({ refresh }, { poll: 20 });
    await upload(connection, base);
    while (!remote.requests.some((request) => request.endsWith('304'))) await pause(5);
    assert.equal(refreshed, 0);
    place(remote, a);
    while (refreshed === 0) await pause(5);
    end();
    connection.close();
  }));
