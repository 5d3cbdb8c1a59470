import { expose, releaseProxy, wrap } from 'comlink';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageConnector, remoteConnector } from '../../../js/engine/page-connector.js';
import { ReplicationError } from '../../../js/errors.js';
import { rejects } from '../../browser/assert.js';

const bytes = new Uint8Array([1, 2, 3]);
const car = { kind: 'data', cid: 'baembei', bytes, ifAbsent: true };

/** Works on a connector as a worker sees it, through a port. */
async function withBridge(connector, work) {
  const { port1, port2 } = new MessageChannel();
  expose({ bridge: () => pageConnector({ name: 'test', ...connector }) }, port1);
  const worker = wrap(port2);
  const bridge = await worker.bridge();
  try {
    await work(await remoteConnector(bridge));
  } finally {
    bridge[releaseProxy]();
    worker[releaseProxy]();
  }
}

test('page connector: what a connector is, and its answers, cross the bridge', async () => {
  const seen = [];
  const record =
    (answer) =>
    async ({ signal, onProgress, ...upload }) => {
      onProgress?.(3, 3);
      seen.push([signal.aborted, upload]);
      return answer;
    };
  const stored = { status: 'stored', etag: '"1"' };
  const described = { canWrite: true, conditional: true };
  const connector = { ...described, putCar: record('exists'), putMeta: record(stored) };
  await withBridge(connector, async (remote) => {
    const { name, canWrite, conditional } = remote;
    assert.deepEqual({ name, canWrite, conditional }, { name: 'test', ...described });
    const progress = new Promise((resolve) => {
      const onProgress = (...args) => resolve(args);
      remote.putCar({ ...car, onProgress }).then((status) => assert.equal(status, 'exists'));
    });
    assert.deepEqual(await progress, [3, 3]);
    const meta = { bytes, condition: 'match', etag: '"0"' };
    assert.deepEqual(await remote.putMeta(meta), stored);
    assert.deepEqual(seen, [
      [false, car],
      [false, meta],
    ]);
  });
});

test('page connector: errors keep what they say', async () => {
  const details = { retryable: false, retryAfter: 5, remote: 'test' };
  const putCar = () => Promise.reject(new ReplicationError('server', 'why', details));
  await withBridge({ putCar }, async (remote) => {
    const error = await rejects(remote.putCar(car), 'server');
    const { message, retryable, retryAfter, remote: name } = error;
    assert.deepEqual(
      { message, retryable, retryAfter, remote: name },
      { message: 'why', ...details },
    );
  });
});

test('page connector: aborting stops the request on the page, and an aborted one is not made', async () => {
  let requests = 0;
  const putCar = ({ signal }) =>
    new Promise((resolve, reject) => {
      requests += 1;
      signal.addEventListener('abort', () => reject(new ReplicationError('aborted', 'stopped')));
    });
  await withBridge({ putCar }, async (remote) => {
    await rejects(remote.putCar({ ...car, signal: AbortSignal.timeout(50) }), 'aborted');
    await rejects(remote.putCar({ ...car, signal: AbortSignal.abort() }), 'aborted');
    assert.equal(requests, 1);
  });
});
