import { connect, snapshot } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { until } from '../../browser/assert.js';
import { KINDS, rejectsWith, titleOf, withDatabase } from '../package/databases.js';
import { PICTURE, counting, fill, withHosting } from './hosting.js';
import { startNginx } from './nginx.js';
import { startPlainHost } from './plain-host.js';

const HOSTS = { nginx: startNginx, 'a plain file server': startPlainHost };
const PLAIN = { host: startPlainHost, kind: KINDS[0] };
let stores = 0;

/** Stores by name, which databases of one name do not share. A store that was closed is opened by another object. */
const storeOf = (name, format) => new MemoryStorage({ name, format });
const newStore = (format) => storeOf(`snapshot-${++stores}`, format);

const textOf = async (db) => JSON.stringify((await db.allDocs()).rows);

async function pictureOf(db) {
  const { _files } = await db.get('pictured');
  return new Uint8Array(await (await _files['picture.bin'].file()).arrayBuffer());
}

for (const kind of KINDS) {
  for (const [title, host] of Object.entries(HOSTS)) {
    test(`snapshot: ${titleOf(kind)}, on ${title}: read by connect.static and from a link`, () =>
      withHosting({ kind, host }, async ({ db, url, open, publish }) => {
        await fill(db);
        const { root, files, key } = await publish();
        assert.deepEqual(
          files.map(({ path }) => path.split('/')[0]),
          ['file', 'data', 'meta'],
        );
        assert.ok(files[1].path.endsWith(`/${root}.car`));

        const replica = open({ ...kind, key, storage: newStore(kind.format) });
        await connect.static(replica, { url, poll: 0 }).loaded;
        assert.equal(await textOf(replica), await textOf(db));
        assert.deepEqual(await pictureOf(replica), PICTURE);

        const link = { url, car: root, key, name: db.name };
        const linked = open({
          ...kind,
          as: `link to ${db.name}`,
          storage: 'memory',
          snapshot: link,
        });
        assert.equal(await textOf(linked), await textOf(db));
        assert.deepEqual(await pictureOf(linked), PICTURE);
        assert.deepEqual(linked.clock, db.clock);
      }));
  }

  test(`snapshot: ${titleOf(kind)}: of a later one only the new CARs are fetched`, () =>
    withHosting({ kind, host: startPlainHost }, async ({ db, url, open, publish }) => {
      await fill(db);
      const first = await publish();
      const store = `snapshot-${++stores}`;
      const options = () => ({ ...kind, storage: storeOf(store, kind.format) });
      const seen = open({ ...options(), snapshot: { url, car: first.root, key: first.key } });
      await seen.allDocs();
      assert.deepEqual(await pictureOf(seen), PICTURE);
      await seen.close();

      await db.put({ _id: 'item-9', n: 9 });
      const later = await publish({ compact: false });
      assert.notEqual(later.root, first.root);
      const { fetch, paths } = counting();
      const link = { url, car: later.root, key: later.key, fetch };
      const reopened = open({ ...options(), snapshot: link });
      await reopened.connection.loaded;
      assert.equal(await textOf(reopened), await textOf(db));
      assert.deepEqual(await pictureOf(reopened), PICTURE);
      assert.deepEqual(paths, [`/data/fp.${db.name}/${later.root}.car`]);
    }));

  test(`snapshot: ${titleOf(kind)}: what was fetched is read without the host`, () =>
    withHosting({ kind, host: startPlainHost }, async ({ db, url, open, publish, down }) => {
      await fill(db);
      const { root, key } = await publish();
      const store = `snapshot-${++stores}`;
      const link = { url, car: root, key };
      const options = () => ({ ...kind, storage: storeOf(store, kind.format), snapshot: link });
      const online = open(options());
      await online.allDocs();
      await online.close();
      await down();
      const offline = open(options());
      assert.equal(await textOf(offline), await textOf(db));
    }));
}

test('snapshot: what is opened from a link is not written to, nor is it pushed', () =>
  withHosting(PLAIN, async ({ db, url, open, publish }) => {
    await fill(db);
    const { root, key } = await publish();
    const opened = open({ storage: newStore('0.24'), snapshot: { url, car: root, key } });
    const writes = [
      opened.put({ _id: 'a' }),
      opened.bulk([{ _id: 'a' }]),
      opened.del('item-1'),
      opened.remove('item-1'),
      opened.compact(),
    ];
    for (const write of writes) await rejectsWith(write, 'forbidden', /snapshot.*only read/);
    const pushing = connect.rest(opened, { url });
    await rejectsWith(pushing.ready, 'forbidden');
    assert.equal(pushing.status.state, 'error');
    assert.equal(await textOf(opened), await textOf(db));
  }));

test('snapshot: queries, changes, events and subscriptions wait for what the link leads to', () =>
  withHosting(PLAIN, async ({ db, url, open, publish }) => {
    await fill(db);
    const { root, key } = await publish();
    const snapshotOptions = { url, car: root, key };
    const opened = () => open({ storage: newStore('0.24'), snapshot: snapshotOptions });
    assert.equal((await opened().query('n', { key: 'changed' })).rows[0].id, 'item-1');
    assert.equal((await opened().get('item-1')).n, 'changed');
    await rejectsWith(opened().get('item-2'), 'not-found');
    assert.equal((await opened().changes()).rows.length, (await db.changes()).rows.length);
    assert.equal((await opened().events()).rows.length, (await db.events()).rows.length);
    const told = [];
    const listening = opened();
    listening.subscribe((documents) => told.push(...documents.map(({ _id }) => _id)));
    await until(() => told.includes('pictured'), 'the snapshot is told to subscribers');
  }));

test('snapshot: a damaged CAR, a missing one and the wrong key are told, and the next try reads', () =>
  withHosting(PLAIN, async ({ db, url, folder, open, publish }) => {
    await fill(db);
    const { root, key, files } = await publish();
    const car = join(folder, decodeURIComponent(files[1].path));
    const whole = readFileSync(car);
    const options = { storage: newStore('0.24'), snapshot: { url, car: root, key } };
    const opened = open(options);
    const damaged = Uint8Array.from(whole);
    damaged[whole.length >> 1] ^= 1;
    writeFileSync(car, damaged);
    await rejectsWith(opened.get('item-1'), 'corrupt-car', new RegExp(root));
    writeFileSync(car, whole);
    assert.equal((await opened.get('item-1')).n, 'changed');

    const absent = 'baembeiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const nowhere = open({ storage: newStore('0.24'), snapshot: { url, car: absent, key } });
    await rejectsWith(nowhere.allDocs(), 'corrupt-car', new RegExp(absent));

    const stranger = { url, car: root, key: '00'.repeat(16) };
    const closed = open({ storage: newStore('0.24'), snapshot: stranger });
    await rejectsWith(closed.get('item-1'), 'key-missing');
  }));

test('snapshot: without attachments, and without a meta', () =>
  withHosting({ ...PLAIN, kind: KINDS[2] }, async ({ db, url, open, publish }) => {
    await fill(db);
    const { root, key, files } = await publish({ files: false, meta: false });
    assert.deepEqual(
      files.map(({ path }) => path.split('/')[0]),
      ['data'],
    );
    const base58 = (await db.exportKey()).base58;
    assert.notEqual(base58, key);
    const format = '0.14';
    const opened = open({
      format,
      storage: newStore(format),
      snapshot: { url, car: root, key: base58 },
    });
    assert.equal((await opened.get('item-1')).n, 'changed');
    await rejectsWith(pictureOf(opened), 'not-found');
  }));

test('snapshot: an attachment that is not stored here is fetched from the remote', () =>
  withHosting(PLAIN, async ({ db, url, open, publish }) => {
    await fill(db);
    const { key } = await publish();
    const reader = open({ storage: newStore('0.24'), key });
    await connect.static(reader, { url, poll: 0 }).loaded;
    const again = await snapshot(reader);
    assert.equal(again.files.filter(({ path }) => path.startsWith('file/')).length, 1);
  }));

test('snapshot: of a database without a write, and options that are none, are refused', async () => {
  await withDatabase({}, (db) => rejectsWith(snapshot(db), 'invalid-argument', /nothing/));
  await withHosting(PLAIN, async ({ url, open }) => {
    const car = 'baembeiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    for (const wrong of [null, {}, { car }, { url, car, key: 1 }]) {
      assert.throws(() => open({ snapshot: wrong }), { code: 'invalid-argument' });
    }
    for (const wrong of [{ url, car: 'x' }, { url }, { url: 'file:///x', car }]) {
      const opened = open({ storage: newStore('0.24'), snapshot: wrong });
      await rejectsWith(opened.connection.loaded, 'invalid-argument');
    }
  });
});
