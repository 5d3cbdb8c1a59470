import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf } from '../../../js/database/document-id.js';

test('a document keeps its id, as well-formed text', () => {
  assert.equal(idOf({ _id: 'a' }), 'a');
  assert.equal(idOf({ _id: 'a\ud800' }), 'a\ufffd');
});

test('a missing or empty id becomes a UUID of version 7, with the time first', () => {
  for (const document of [{}, { _id: '' }, { _id: undefined }, { _id: null }]) {
    const before = Date.now();
    const id = idOf(document);
    const after = Date.now();
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    assert.ok(time >= before && time <= after, id);
  }
  assert.equal(new Set(Array.from({ length: 1000 }, () => idOf({}))).size, 1000);
});

test('an id of any other type is refused', () => {
  for (const _id of [5, 0, false, true, {}, [], 5n, Symbol('s'), () => {}]) {
    assert.throws(() => idOf({ _id }), { code: 'invalid-document' });
  }
});
