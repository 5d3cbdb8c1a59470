import { describeFaults, memoryRemote, seededFaults, withFaults } from 'fireproof-wasm/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rejectsWith } from '../package/databases.js';

const car = { kind: 'data', cid: 'baembei', bytes: new Uint8Array([1, 2, 3]), ifAbsent: false };
const meta = { bytes: new TextEncoder().encode('[1,2]'), condition: 'none' };

/** A connector with a CAR and a meta at its remote, and the same with faults. */
async function faulty(...schedule) {
  const connector = memoryRemote().connector({ database: 'x', format: '0.24' });
  await connector.putCar(car);
  await connector.putMeta(meta);
  return { connector, faults: withFaults(connector, schedule) };
}

test('a fault happens to the request that it is for, and to no other', async () => {
  const fault = { fault: 'fail', operation: 'getCar', nth: 2 };
  const { faults } = await faulty(fault, { fault: 'fail', nth: 4, code: 'server' });
  assert.deepEqual(await faults.getCar(car), car.bytes);
  await faults.getMeta({});
  await rejectsWith(faults.getCar(car), 'offline');
  await rejectsWith(faults.getMeta({}), 'server');
  assert.deepEqual(await faults.getCar(car), car.bytes);
  assert.equal(faults.injected[0], fault);
  assert.equal(faults.injected.length, 2);
});

test('a lost answer is that of a request that was served, a repeated one is served twice', async () => {
  const { connector, faults } = await faulty(
    { fault: 'lose-answer', operation: 'putMeta', nth: 1 },
    { fault: 'repeat', operation: 'putMeta', nth: 2 },
  );
  const second = { ...meta, bytes: new Uint8Array([50]) };
  await rejectsWith(faults.putMeta(second), 'offline');
  const { metas, etag } = await connector.getMeta({});
  assert.deepEqual(metas, [second.bytes]);
  assert.deepEqual(await faults.putMeta({ ...meta, condition: 'match', etag }), {
    status: 'conflict',
  });
  assert.deepEqual((await connector.getMeta({})).metas, [meta.bytes]);
});

test('damage changes one bit of a CAR and cuts a meta off, here only', async () => {
  const { connector, faults } = await faulty(
    ...['getCar', 'getMeta'].map((operation) => ({ fault: 'damage', operation, nth: 1 })),
  );
  assert.deepEqual(await faults.getCar(car), new Uint8Array([1, 3, 3]));
  assert.deepEqual((await faults.getMeta({})).metas, [meta.bytes.slice(0, 2)]);
  assert.deepEqual(await connector.getCar(car), car.bytes);
});

test('a stalled request ends by itself, or when it is aborted, and was not made', async () => {
  const stall = { fault: 'stall', operation: 'putCar' };
  const { connector, faults } = await faulty(
    { ...stall, nth: 1, milliseconds: 1 },
    { ...stall, nth: 2, milliseconds: 60_000 },
  );
  const upload = { ...car, cid: 'another' };
  await rejectsWith(faults.putCar(upload), 'timeout');
  await rejectsWith(faults.putCar({ ...upload, signal: AbortSignal.timeout(10) }), 'aborted');
  assert.equal(await connector.getCar(upload), null);
});

test('a schedule of a seed is always the same, and can be told in words', () => {
  assert.deepEqual(seededFaults(7), seededFaults(7));
  assert.notDeepEqual(seededFaults(7), seededFaults(8));
  for (let seed = 0; seed < 200; seed++) {
    const schedule = seededFaults(seed, { count: 10 });
    assert.equal(schedule.length, 10);
    withFaults(memoryRemote().connector({ database: 'x', format: '0.24' }), schedule);
  }
  assert.equal(
    describeFaults([
      { fault: 'fail', nth: 2 },
      { fault: 'damage', operation: 'getCar', nth: 1 },
    ]),
    'request 2 fails (offline); getCar 1 brings damaged bytes',
  );
});

test('a schedule that makes no sense is refused', async () => {
  for (const fault of [
    { fault: 'explode', nth: 1 },
    { fault: 'fail', nth: 0 },
    { fault: 'damage', nth: 1 },
    { fault: 'damage', operation: 'putCar', nth: 1 },
  ]) {
    await rejectsWith(faulty(fault), 'invalid-argument');
  }
});
