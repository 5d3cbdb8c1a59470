// What the package hands over is kept, sent in order, and sent until it is confirmed.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { backoff } from '../../../js/interop/backoff.js';
import { folderQueue } from '../../../js/interop/folder-queue.js';
import { Outbox } from '../../../js/interop/outbox.js';
import { Patience } from '../../../js/interop/patience.js';
import { memoryQueue } from '../../../js/interop/queue-store.js';
import { ReplicationError } from '../../../js/errors.js';
import { carCid } from '../server/replica.js';
import { FAST } from './adapters.js';

const car = (cid) => ({ kind: 'data', cid, bytes: new Uint8Array([1]) });
const meta = (text) => new Uint8Array(Buffer.from(text));

/** An outbox whose `send` fails as often as `failures` says of an item. */
function outboxWith({ store = memoryQueue(), failures = {}, code = 'server', hold } = {}) {
  const sent = [];
  const errors = [];
  const patience = new Patience({ retry: FAST, onError: (error) => errors.push(error.code) });
  const send = async (item) => {
    const what = item.cid ?? Buffer.from(item.bytes).toString();
    await hold?.(what);
    if (failures[what]-- > 0) throw new ReplicationError(code, 'as told');
    sent.push(what);
  };
  const outbox = new Outbox({ store, patience, send });
  return { outbox, sent, errors, patience };
}

test('a failed CAR is sent again, and the meta waits for it', async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const failures = { a: 3, meta: 1 };
  const { outbox, sent, errors } = outboxWith({ failures, hold: () => held });
  for (const cid of ['a', 'b', 'c']) await outbox.addCar(car(cid));
  await outbox.addMeta(meta('meta'), 's');
  assert.deepEqual(outbox.status.pending, { cars: 3, metas: 1, bytes: 7 });
  release();
  await outbox.drained();
  assert.deepEqual(sent, ['b', 'c', 'a', 'meta']);
  assert.deepEqual(errors, Array(4).fill('server'));
  assert.equal(outbox.status.lastError, null);
});

test('one CAR that is refused for good does not stop the others, but the metas after it', async () => {
  const { outbox, sent, patience } = outboxWith({ failures: { bad: Infinity } });
  await outbox.addMeta(meta('before'), 's');
  await outbox.addCar(car('bad'));
  await outbox.addCar(car('good'));
  const { confirmed } = await outbox.addMeta(meta('after'), 's');
  await pause(100);
  assert.deepEqual(sent.sort(), ['before', 'good']);
  assert.equal(outbox.status.lastError.code, 'server');
  patience.close();
  await assert.rejects(confirmed, { code: 'closed' });
  await assert.rejects(outbox.addCar(car('late')), { code: 'closed' });
});

test('of the metas that wait, those between the oldest and the newest are left out', async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const { outbox, sent } = outboxWith({ hold: (what) => what === 'a' && held });
  await outbox.addCar(car('a'));
  const kept = [];
  for (const text of ['1', '2', '3', '4']) kept.push(await outbox.addMeta(meta(text), 's'));
  await outbox.addMeta(meta('of another session'), 't');
  release();
  await Promise.all(kept.map(({ confirmed }) => confirmed));
  await outbox.drained();
  assert.deepEqual(sent, ['a', '1', '4', 'of another session']);
});

test('what the remote has confirmed is not sent again', async () => {
  const { outbox, sent } = outboxWith();
  for (let time = 0; time < 2; time++) await (await outbox.addCar(car('a'))).confirmed;
  const twice = await Promise.all([outbox.addCar(car('b')), outbox.addCar(car('b'))]);
  await Promise.all(twice.map(({ confirmed }) => confirmed));
  assert.deepEqual(sent, ['a', 'b']);
});

const [A, B, C] = ['a', 'b', 'c'].map((text) => carCid(Buffer.from(text)));

test('a folder keeps what was not confirmed, in its order, and what was', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-queue-'));
  try {
    const store = folderQueue(join(dir, 'queue'));
    const first = outboxWith({ store, failures: { [B]: Infinity } });
    await (
      await first.outbox.addCar(car(A))
    ).confirmed;
    await first.outbox.addCar({ ...car(B), kind: 'file', public: true });
    await first.outbox.addMeta(meta('meta'), 's');
    first.patience.close();

    const { outbox, sent } = outboxWith({ store: folderQueue(join(dir, 'queue')) });
    await outbox.addCar(car(A));
    await outbox.addCar(car(C));
    await outbox.drained();
    // A later CAR holds up nothing.
    const before = sent.filter((what) => what !== C);
    assert.deepEqual([before, sent.length], [[B, 'meta'], 3]);
    assert.deepEqual(await readdir(join(dir, 'queue')), ['confirmed']);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test('nothing is sent that the queue could not keep', async () => {
  const store = { ...memoryQueue(), put: () => Promise.reject(new Error('full')) };
  const { outbox, sent } = outboxWith({ store });
  await assert.rejects(outbox.addCar(car('a')), /full/);
  await outbox.drained();
  assert.deepEqual(sent, []);
});

test('waiting doubles up to a cap, is random below it, and never shorter than the remote asks', () => {
  const retry = { first: 500, longest: 60_000 };
  const longest = (failures) => backoff(failures, { retry, random: () => 1 });
  assert.deepEqual([1, 2, 3, 7, 8, 2000].map(longest), [500, 1000, 2000, 32_000, 60_000, 60_000]);
  assert.equal(backoff(5, { retry, random: () => 0.25 }), 2000);
  assert.equal(backoff(1, { retry, random: () => 0, atLeast: 7000 }), 7000);
});

for (const [what, damage] of [
  ['empty', (path) => writeFile(path, '')],
  ['no JSON', (path) => writeFile(path, 'garbage\nxx')],
  ['JSON of something else', (path) => writeFile(path, 'null\n')],
  ['cut in its head', (path) => truncate(path, 10)],
  ['without its last byte', async (path, length) => truncate(path, length - 1)],
  [
    'of another kind',
    (path) => writeFile(path, '{"id":"evil/1","kind":"evil","order":1,"size":2}\nxx'),
  ],
  [
    'of no order',
    (path) =>
      writeFile(path, `{"id":"data/${A}","kind":"data","cid":"${A}","order":1e308,"size":2}\nxx`),
  ],
  ['a folder', async (path) => (await rm(path), mkdir(path))],
]) {
  test(`an item of a folder that is ${what} is told, and stops only itself`, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'fireproof-queue-'));
    try {
      const first = outboxWith({
        store: folderQueue(dir),
        failures: { [A]: Infinity, [B]: Infinity },
      });
      await first.outbox.addCar(car(A));
      await first.outbox.addCar(car(B));
      first.patience.close();
      const name = `${encodeURIComponent(`data/${A}`)}.item`;
      const { length } = await readFile(join(dir, name));
      await damage(join(dir, name), length);

      const { outbox, sent, errors } = outboxWith({ store: folderQueue(dir) });
      await outbox.addCar(car(C));
      await outbox.drained();
      assert.deepEqual(sent.sort(), [B, C].sort());
      assert.deepEqual(errors, ['storage-lost']);
      assert.ok((await readdir(dir)).includes(`${name}.damaged`), 'it is kept, out of the way');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
}

test('a remote that fails is asked by one request at a time, whatever waits', async () => {
  let isDown = true;
  let [running, most, requests] = [0, 0, 0];
  const patience = new Patience({ retry: { first: 40, longest: 80 } });
  const ask = async () => {
    requests += 1;
    running += 1;
    if (requests > 12) most = Math.max(most, running);
    await pause(5);
    running -= 1;
    if (isDown) throw new ReplicationError('server', 'down');
  };
  const outbox = new Outbox({ store: memoryQueue(), patience, send: ask });
  const uploads = [];
  for (let n = 0; n < 200; n++) uploads.push((await outbox.addCar(car(`${n}`))).confirmed);
  const downloads = Array.from({ length: 6 }, () => patience.insist(ask));
  await pause(1000);
  assert.ok(requests < 100, `${requests} requests in a second`);
  assert.ok(most <= 2, `${most} at a time: one that uploads, one that downloads`);
  isDown = false;
  await Promise.all([...uploads, ...downloads]);
  await outbox.drained();
});

test('a remote that asks to wait for longer than a timer can is asked again after ten minutes', () => {
  const patience = new Patience({ random: () => 0 });
  for (const retryAfter of [2 ** 31, 1e15, Infinity]) {
    const error = new ReplicationError('server', 'busy', { retryAfter });
    assert.equal(patience.delayAfter(1, error), 10 * 60_000);
  }
});

test('after the end everything settles: what waits, and what is asked for then', async () => {
  const { outbox, patience } = outboxWith({ failures: { a: Infinity } });
  const { confirmed } = await outbox.addCar(car('a'));
  const drained = outbox.drained();
  patience.close();
  for (const promise of [confirmed, drained, outbox.drained(), outbox.addCar(car('b'))])
    await assert.rejects(promise, { code: 'closed' });
  await assert.rejects(
    patience.insist(async () => 1),
    { code: 'closed' },
  );
});
