// What the package hands over is kept, sent in order, and sent until it is confirmed.
import assert from 'node:assert/strict';
import { mkdtemp, rm, readdir } from 'node:fs/promises';
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

test('a folder keeps what was not confirmed, in its order, and what was', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-queue-'));
  try {
    const store = folderQueue(join(dir, 'queue'));
    const first = outboxWith({ store, failures: { b: Infinity } });
    await (
      await first.outbox.addCar(car('a'))
    ).confirmed;
    await first.outbox.addCar({ ...car('b'), kind: 'file', public: true });
    await first.outbox.addMeta(meta('meta'), 's');
    first.patience.close();

    const { outbox, sent } = outboxWith({ store: folderQueue(join(dir, 'queue')) });
    await outbox.addCar(car('a'));
    await outbox.addCar(car('c'));
    await outbox.drained();
    // A later CAR holds up nothing.
    const before = sent.filter((what) => what !== 'c');
    assert.deepEqual([before, sent.length], [['b', 'meta'], 3]);
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
