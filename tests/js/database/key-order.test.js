import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKey, compareKeys } from '../../../js/database/query/key-order.js';

const IN_ORDER = [
  null,
  false,
  true,
  -Infinity,
  -1.5,
  0,
  1,
  2n ** 53n + 1n,
  1e300,
  '',
  'A',
  'a',
  'aa',
  'b',
  '\u{1f600}', // by UTF-16 unit: below U+FFFD, which has the smaller code point
  '\ufffd',
  [],
  [null],
  [1],
  [1, 'a'],
  [1, 'a', null],
  [1, 'b'],
  [2],
  ['a'],
  [['a']],
];

test('keys are ordered null, false, true, numbers, texts by UTF-16 unit, lists item by item', () => {
  for (const [i, a] of IN_ORDER.entries()) {
    for (const [j, b] of IN_ORDER.entries()) {
      assert.equal(Math.sign(compareKeys(a, b)), Math.sign(i - j), `${i} and ${j}`);
    }
  }
});

test('zero has no sign, and a BigInt is the number that it is', () => {
  assert.equal(compareKeys(-0, 0), 0);
  assert.equal(compareKeys(5n, 5), 0);
});

test('other values are no keys', () => {
  for (const key of IN_ORDER) checkKey(key, 'the key');
  for (const key of [undefined, NaN, {}, new Date(), () => {}, [undefined], [1, [{}]]]) {
    assert.throws(() => checkKey(key, 'the key'), { code: 'invalid-argument' });
  }
});
