import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fireproof } from '../../../dist/node.js';
import { CallMemory, LARGEST_WRITE, sizeOfWrite } from '../../../js/engine/call-memory.js';

const MIB = 1024 * 1024;

/** Calls that are ended by hand. */
function calls() {
  const memory = new CallMemory();
  const order = [];
  const ends = new Map();
  const call = (name, mebibytes) =>
    memory.run(mebibytes * MIB, () => {
      order.push(name);
      return new Promise((resolve, reject) => ends.set(name, { resolve, reject }));
    });
  return { order, ends, call };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('call memory: calls that fit start at once, in the same turn; others wait, and nobody overtakes them', async () => {
  const { order, ends, call } = calls();
  const answers = [call('a', 200), call('b', 56), call('c', 1), call('d', 200), call('e', 0)];
  assert.deepEqual(order, ['a', 'b']);
  ends.get('b').resolve('b done');
  assert.equal(await answers[1], 'b done');
  await turn();
  assert.deepEqual(order, ['a', 'b', 'c']);
  ends.get('a').reject(new Error('a failed'));
  await assert.rejects(answers[0], /a failed/);
  await turn();
  assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e'], 'a failure gives its memory back as well');
  for (const name of ['c', 'd', 'e']) ends.get(name).resolve(name);
  assert.deepEqual(await Promise.all(answers.slice(2)), ['c', 'd', 'e']);
});

test('call memory: one that is larger than all there is runs alone', async () => {
  const { order, ends, call } = calls();
  call('small', 1);
  const large = call('large', 1000);
  call('after', 1);
  ends.get('small').resolve();
  await turn();
  assert.deepEqual(order, ['small', 'large']);
  ends.get('large').resolve('done');
  assert.equal(await large, 'done');
  await turn();
  assert.deepEqual(order, ['small', 'large', 'after']);
});

test('call memory: a write has at most 256 MiB', () => {
  assert.equal(sizeOfWrite([{ length: LARGEST_WRITE - 1 }, { length: 1 }]), LARGEST_WRITE);
  assert.throws(() => sizeOfWrite([{ length: LARGEST_WRITE }, { length: 1 }]), {
    code: 'invalid-document',
    message: /268435457 bytes, and at most 268435456/,
  });
});

test('call memory: attachments that are too large together are refused, and the database lives on', async () => {
  const db = fireproof('large', { storage: 'memory' });
  const part = new Uint8Array(90_000_000);
  await assert.rejects(db.put({ _id: 'films', _files: { a: part, b: part, c: part } }), {
    code: 'invalid-document',
    message: /at most 268435456 can be written at once/,
  });
  await db.put({ _id: 'after' });
  const { rows } = await db.allDocs();
  assert.deepEqual(
    rows.map(({ key }) => key),
    ['after'],
  );
  await db.destroy();
});
