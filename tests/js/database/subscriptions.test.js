import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subscriptions } from '../../../js/database/subscriptions.js';
import { ReplicationError } from '../../../js/errors.js';

const rowsOf = (...documents) => ({ rows: documents.map((value) => ({ value })) });
const failing = (code) => () => Promise.reject(new ReplicationError(code, 'in a test'));

/** What a subscriber hears of one change, where reading at its clock and reading now do this. */
async function heardOf({ then, now }) {
  const heard = [];
  const subscriptions = new Subscriptions({ at: () => ({ allAffected: then }), allAffected: now });
  subscriptions.add((documents) => heard.push(documents), { updates: true });
  subscriptions.deliver({ previous: ['a'], clock: ['b'] });
  await new Promise((resolve) => setTimeout(resolve, 1));
  return heard;
}

test('a subscriber is told the documents as the change left them', async () => {
  const heard = await heardOf({
    then: async () => rowsOf({ _id: 'x', n: 1 }),
    now: failing('server'),
  });
  assert.deepEqual(heard, [[{ _id: 'x', n: 1 }]]);
});

test('where a seal or a compaction has dropped that state, it is told the newest one', async () => {
  const heard = await heardOf({
    then: failing('corrupt-block'),
    now: async () => rowsOf({ _id: 'x', n: 2 }),
  });
  assert.deepEqual(heard, [[{ _id: 'x', n: 2 }]]);
});

test('what cannot be read at all is not told', async () => {
  assert.deepEqual(await heardOf({ then: failing('closed'), now: failing('server') }), []);
  const unreadable = failing('corrupt-block');
  assert.deepEqual(await heardOf({ then: unreadable, now: unreadable }), []);
});
