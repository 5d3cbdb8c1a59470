import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveValue } from '../../../js/live/live-value.js';

/** A source that is read by hand: `next(value)` or `next(error)` ends the reading that waits. */
function source() {
  const state = { reads: 0, listeners: new Set(), waiting: [] };
  const live = new LiveValue({
    read: () => {
      state.reads += 1;
      return new Promise((resolve, reject) => state.waiting.push({ resolve, reject }));
    },
    listen: (changed) => {
      state.listeners.add(changed);
      return () => state.listeners.delete(changed);
    },
  });
  const change = () => state.listeners.forEach((each) => each());
  async function next(value) {
    const { resolve, reject } = state.waiting.shift();
    (value instanceof Error ? reject : resolve)(value);
    await new Promise(setImmediate);
  }
  return { live, state, change, next };
}

const heardBy = (live) => {
  const heard = [];
  const end = live.subscribe((snapshot) => heard.push(snapshot));
  return { heard, end };
};

test('a live value reads and listens only while somebody subscribes, once for all', async () => {
  const { live, state, next } = source();
  assert.deepEqual(live.get(), { hydrated: false, value: undefined, error: null });
  assert.equal(state.reads, 0);
  const [one, two] = [heardBy(live), heardBy(live)];
  assert.deepEqual([state.reads, state.listeners.size], [1, 1]);
  await next('a');
  for (const { heard } of [one, two])
    assert.deepEqual(
      heard.map(({ value }) => value),
      [undefined, 'a'],
    );
  one.end();
  one.end();
  assert.equal(state.listeners.size, 1);
  two.end();
  assert.equal(state.listeners.size, 0);
  assert.equal(live.get().value, 'a');
  const three = heardBy(live);
  assert.equal(three.heard[0].value, 'a', 'the last value, until it was read anew');
  assert.equal(state.reads, 2);
  three.end();
});

test('changes that come while it reads are one further reading', async () => {
  const { live, state, change, next } = source();
  const { heard, end } = heardBy(live);
  for (let n = 0; n < 100; n++) change();
  await next(1);
  assert.equal(state.reads, 2);
  await next(2);
  assert.equal(state.reads, 2);
  assert.deepEqual(
    heard.map(({ value }) => value),
    [undefined, 1, 2],
  );
  end();
});

test('a value that says the same is told to nobody; snapshots and lists in them are frozen', async () => {
  const { live, change, next } = source();
  const { heard, end } = heardBy(live);
  const answer = () => ({ rows: [{ key: 'a', bytes: new Uint8Array([1]) }], docs: [{ _id: 'a' }] });
  await next(answer());
  change();
  await next(answer());
  assert.equal(heard.length, 2);
  const { value } = heard[1];
  assert.ok([heard[1], value, value.rows, value.docs].every(Object.isFrozen));
  assert.ok(!Object.isFrozen(value.docs[0]));
  change();
  const other = answer();
  other.rows[0].bytes[0] = 2;
  await next(other);
  assert.equal(heard.length, 3);
  end();
});

test('an error is told beside the last value, and is gone with the next reading', async () => {
  const { live, change, next } = source();
  const { heard, end } = heardBy(live);
  const failure = new Error('not now');
  await next(failure);
  assert.deepEqual(heard[1], { hydrated: false, value: undefined, error: failure });
  change();
  await next('a');
  change();
  await next(failure);
  assert.deepEqual(heard[3], { hydrated: true, value: 'a', error: failure });
  change();
  await next('a');
  assert.deepEqual(heard[4], { hydrated: true, value: 'a', error: null });
  end();
});

test('what is read after the last subscription has ended is told to nobody', async () => {
  const { live, next } = source();
  const { heard, end } = heardBy(live);
  end();
  await next('late');
  assert.equal(heard.length, 1);
});

test('who ends and begins again while it reads hears one value', async () => {
  const { live, state, next } = source();
  heardBy(live).end();
  const { heard, end } = heardBy(live);
  await next('first');
  if (state.waiting.length > 0) await next('second');
  assert.equal(heard.at(-1).hydrated, true);
  end();
});
