import { equal, rejects } from '../assert.js';

export const browsers = ['chromium'];

const PACKAGE_14 = '/.deps/peers/fireproof-core-0.14.9/dist/browser/fireproof.esm.js';

/** What the real packages keep in a real browser is taken over, and stays as it is. */
export default async function ({ test, command }) {
  const { connect, importFireproof } = await import(
    new URL('/dist/browser.js', location.href).href
  );
  const content = new Uint8Array(3000).map((_, index) => index % 251);
  const documents = { 'note-0': 0, 'note-1': 'changed', 'note-3': 3 };

  async function write24(database, isPublic) {
    await import(new URL('/bundle/tests/browser/suites/import.frame.js', location.href).href);
    return window.writeWithPackage(database, isPublic, content);
  }

  async function write14(database, isPublic) {
    const { fireproof } = await import(new URL(PACKAGE_14, location.href).href);
    const db = fireproof(database, isPublic ? { public: true } : {});
    for (let n = 0; n < 4; n++) await db.put({ _id: `note-${n}`, n });
    await db.put({ _id: 'note-1', n: 'changed' });
    await db.del('note-2');
    await db.put({ _id: 'pictured', _files: { 'a.bin': new File([content], 'a.bin') } });
    return db._crdt.blocks.loader.clock.head.map(String).sort();
  }

  const databases = async () => (await indexedDB.databases()).map(({ name }) => name).sort();

  for (const [format, write] of Object.entries({ 0.24: write24, 0.14: write14 })) {
    for (const isPublic of [false, true]) {
      test(`import: ${format}, ${isPublic ? 'public' : 'encrypted'}`, async () => {
        const name = `package ${format} ${isPublic}`;
        const head = await write(name, isPublic);
        const before = await databases();
        const db = await importFireproof(name, { format, storage: 'memory' });
        equal([...db.clock], head);
        const { rows } = await db.allDocs();
        const found = rows.filter(({ key }) => key !== 'pictured');
        equal(Object.fromEntries(found.map(({ key, value }) => [key, value.n])), documents);
        const file = await (await db.get('pictured'))._files['a.bin'].file();
        equal(new Uint8Array(await file.arrayBuffer()), content);
        equal(await databases(), before);

        // It goes on replicating.
        const url = await command('startReplica');
        await db.put({ _id: 'later' });
        await connect.rest(db, { url, poll: 0 }).synced();
        await db.destroy();
      });
    }
  }

  test('import: a database that has documents here is left alone', async () => {
    const name = `package again ${Math.random()}`;
    await write24(name, true);
    const taken = await importFireproof(name, { as: 'taken' });
    await rejects(importFireproof(name, { as: 'taken' }), 'invalid-argument');
    equal((await taken.get('note-1')).n, 'changed');
    await taken.destroy();
  });

  test('import: what is not there is not made', async () => {
    const before = await databases();
    await rejects(importFireproof('nobody made this'), 'not-found');
    await rejects(importFireproof(''), 'invalid-argument');
    equal(await databases(), before);
  });
}
