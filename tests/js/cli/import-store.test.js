// Stores that the real packages wrote in Node.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { presetKey } from '../interop/peers/key-bag.js';
import { Peer } from '../interop/peers/peer.js';
import { run, runJson, withFolder } from './running.js';

const KEY = '000102030405060708090a0b0c0d0e0f';

/** Lets a package write a store, and gives its folder. */
async function withStore({ version, isPublic }, work) {
  await withFolder(async (home) => {
    const peer = new Peer(version, { home });
    const { format } = peer;
    const key = format === '0.24' && !isPublic ? KEY : null;
    const remote = join(home, 'nowhere');
    mkdirSync(remote);
    try {
      await peer.open({ database: 'notes', remote, key, public: isPublic, offline: true });
      for (let n = 0; n < 4; n++) await peer.put({ _id: `note-${n}`, n });
      await peer.put({ _id: 'note-1', n: 'changed' });
      await peer.del('note-2');
      await peer.close();
    } finally {
      await peer.stop();
    }
    const base = format === '0.24' ? join(home, 'stores') : join(home, '.fireproof', 'v0.14');
    await work({ dir: join(base, 'notes'), home, format, key });
  });
}

const lines = [
  '{"n":0,"_id":"note-0"}',
  '{"n":"changed","_id":"note-1"}',
  '{"n":3,"_id":"note-3"}',
];

for (const version of ['0.24.19', '0.14.9']) {
  for (const isPublic of [false, true]) {
    const title = `${version}, ${isPublic ? 'public' : 'encrypted'}`;
    test(`import: ${title}: a store of the package, into a folder and a local store`, () =>
      withStore({ version, isPublic }, ({ dir, home, key }) =>
        withFolder(async (out) => {
          const before = readdirSync(dir, { recursive: true }).sort();
          const keyBag = ['--keybag', join(home, 'keys', 'notes')];
          const reading = key ? ['--key', key] : [];
          for (const place of [out, `store:${join(out, 'stores')}`]) {
            const { code, stdout, stderr } = await run(['import', dir, place, ...keyBag]);
            assert.equal(code, 0, stderr);
            assert.match(stdout, /^3 documents /);
            const exported = await run(['export', place, '--database', 'notes', ...reading]);
            const documents = exported.stdout
              .trim()
              .split('\n')
              .map((text) => JSON.parse(text));
            assert.deepEqual(
              documents,
              lines.map((text) => JSON.parse(text)),
            );
            // A deletion is part of the history.
            const { events } = await runJson(['inspect', place, '--database', 'notes', ...reading]);
            assert.ok(events.some(({ keys }) => keys.includes('note-2')));
          }
          assert.deepEqual(readdirSync(dir, { recursive: true }).sort(), before);
          const again = await run(['import', dir, out, ...keyBag]);
          assert.equal(again.code, 2);
          assert.match(again.stderr, /another --database/);
        }),
      ));
  }
}

test('import: an encrypted 0.24 store without its key says where that should be', () =>
  withStore({ version: '0.24.19', isPublic: false }, ({ dir, key }) =>
    withFolder(async (out) => {
      const { code, stderr } = await run(['import', dir, out]);
      assert.equal(code, 1);
      assert.match(stderr, /key/);
      assert.equal((await run(['import', dir, out, '--key', key])).code, 0);
    }),
  ));

test('import: older generations are told by name', () =>
  withFolder(async (dir) => {
    const store = join(dir, 'old');
    mkdirSync(join(store, 'meta'), { recursive: true });
    mkdirSync(join(store, 'data'));
    writeFileSync(join(store, 'meta', 'version'), 'v0.18-file');
    writeFileSync(join(store, 'meta', 'main.json'), '{}');
    const layout = await run(['import', store, join(dir, 'out')]);
    assert.equal(layout.code, 1);
    assert.match(layout.stderr, /v0\.18-file.*older Fireproof/);

    // The layout is that of 0.20; what 0.19 wrote shows in the names of its CARs.
    writeFileSync(join(store, 'meta', 'version'), 'v0.19-file');
    const named =
      '{"cars":[{"/":"bag4yvqabciqaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}';
    const bytes = Buffer.from(named);
    const block = Buffer.concat([
      Buffer.from([0xa2, 0x64]),
      Buffer.from('data'),
      Buffer.from([0xa1, 0x66]),
      Buffer.from('dbMeta'),
      Buffer.from([0x58, bytes.length]),
      bytes,
      Buffer.from([0x67]),
      Buffer.from('parents'),
      Buffer.from([0x80]),
    ]);
    const entry = { cid: 'bafy', parents: [], data: `M${block.toString('base64')}` };
    writeFileSync(join(store, 'meta', 'main.json'), JSON.stringify([entry]));
    const cars = await run(['import', store, join(dir, 'out')]);
    assert.equal(cars.code, 1);
    assert.match(cars.stderr, /0\.18 or 0\.19/);
  }));

test('import: the key is found in the key bag that lies beside the stores', () =>
  withStore({ version: '0.24.19', isPublic: false }, ({ dir, key }) =>
    withFolder(async (out) => {
      const own = join(out, '.fireproof', 'v0.19', 'notes');
      cpSync(dir, own, { recursive: true });
      presetKey(join(out, '.fireproof', 'keybag'), 'notes', key);
      const { code, stderr } = await run(['import', own, join(out, 'replica')]);
      assert.equal(code, 0, stderr);
      assert.equal((await run(['verify', join(out, 'replica'), '--key', key])).code, 0);
    }),
  ));
