import { fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DocumentEdit } from '../../../js/live/document-edit.js';
import { until } from '../../browser/assert.js';

/** Edits a document of a new database while somebody looks. */
async function withEdit(initial, work) {
  const db = fireproof();
  const edit = new DocumentEdit(db, initial);
  const heard = [];
  const end = edit.subscribe((snapshot) => heard.push(snapshot));
  await work({ db, edit, heard, doc: () => edit.get().doc });
  end();
  await db.destroy();
}

test('a new document is edited, saved, and then has an id', () =>
  withEdit({ text: '', done: false }, async ({ db, edit, doc }) => {
    edit.merge({ text: 'milk' });
    assert.deepEqual(doc(), { text: 'milk', done: false });
    const { id } = await edit.save();
    assert.deepEqual(doc(), { _id: id, text: 'milk', done: false });
    edit.merge({ done: true });
    await edit.save();
    assert.deepEqual((await db.allDocs()).rows, [
      { key: id, value: { _id: id, text: 'milk', done: true } },
    ]);
    edit.reset();
    assert.deepEqual(doc(), { text: '', done: false });
  }));

test('submit stores it and begins anew, without the event’s default', () =>
  withEdit({ text: '' }, async ({ db, edit, doc }) => {
    let prevented = 0;
    edit.merge({ text: 'a' });
    await edit.submit({ preventDefault: () => (prevented += 1) });
    edit.merge({ text: 'b' });
    await edit.submit();
    assert.equal(prevented, 1);
    assert.deepEqual(doc(), { text: '' });
    const { docs } = await db.query('text');
    assert.deepEqual(
      docs.map(({ text }) => text),
      ['a', 'b'],
    );
  }));

test('a stored document is read, and what others write to other members shows under the edits', () =>
  withEdit({ _id: 'a', count: 0 }, async ({ db, edit, heard, doc }) => {
    assert.deepEqual(doc(), { _id: 'a', count: 0 });
    await db.put({ _id: 'a', count: 1, by: 'first' });
    await until(() => doc().by === 'first', 'it was read');
    edit.merge({ count: 5 });
    await db.put({ _id: 'a', count: 2, by: 'second' });
    await until(() => doc().by === 'second', 'the other write shows');
    assert.equal(doc().count, 5);
    await edit.refresh();
    assert.equal(doc().count, 2);
    assert.ok(heard.every(Object.isFrozen));
    assert.ok(heard.at(-1).hydrated);
  }));

test('between saving and reading again the saved document shows, never the one before', () =>
  withEdit({ _id: 'a', n: 0 }, async ({ db, edit, heard, doc }) => {
    await db.put({ _id: 'a', n: 1 });
    await until(() => doc().n === 1, 'it was read');
    edit.merge({ n: 2 });
    const from = heard.length;
    await edit.save();
    await db.put({ _id: 'b' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(new Set(heard.slice(from).map((snapshot) => snapshot.doc.n)), new Set([2]));
    await db.put({ _id: 'a', n: 3 });
    await until(() => doc().n === 3, 'later writes show');
  }));

test('what is changed while it is saved stays an edit', () =>
  withEdit({ _id: 'a', n: 0 }, async ({ edit, doc }) => {
    edit.merge({ n: 1, m: 1 });
    const saving = edit.save();
    edit.merge({ n: 2 });
    await saving;
    assert.deepEqual(doc(), { _id: 'a', n: 2, m: 1 });
  }));

test('what is saved before the stored document was read keeps its other members', async () => {
  const db = fireproof();
  await db.put({ _id: 'a', n: 1, m: 1 });
  const edit = new DocumentEdit(db, { _id: 'a' });
  edit.merge({ n: 2 });
  await edit.save();
  assert.deepEqual(await db.get('a'), { _id: 'a', n: 2, m: 1 });
  await db.destroy();
});

test('replace takes the place of all members; update is the tuple’s function', () =>
  withEdit({ _id: 'a', n: 0, m: 0 }, async ({ db, edit, doc }) => {
    edit.replace({ n: 1 });
    assert.deepEqual(doc(), { _id: 'a', n: 1 });
    edit.merge({ x: 1 });
    await edit.save();
    assert.deepEqual(await db.get('a'), { _id: 'a', n: 1, x: 1 });
    edit.update({ n: 2 });
    assert.equal(doc().n, 2);
    edit.update({ n: 3 }, { replace: true });
    assert.deepEqual(doc(), { _id: 'a', n: 3 });
    edit.update();
    await until(() => doc().x === 1, 'it is what is stored');
    await edit.remove();
    await until(() => !('x' in doc()), 'it is what it was at first');
    assert.equal((await db.allDocs()).rows.length, 0);
  }));
