// What a remote loses or damages after it had it, over HTTP, at our own server's folder.
import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, truncateSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, fireproof } from '../../../dist/node.js';
import { createServer, listen } from '../../../dist/server.js';

let dir;
let server;
let url;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'fireproof-verify-'));
  server = await listen(createServer({ dir }));
  ({ url } = server);
});

after(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

const carsOf = (name) => {
  const folder = join(dir, 'data', `fp.${name}`);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.car'))
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).size > 18); // not the object that conditions are tried with
};

async function published(name, options) {
  const db = fireproof(name, { storage: 'memory', ...options });
  const connection = connect.rest(db, { url, poll: 0 });
  for (const text of ['one', 'two']) {
    await db.put({ _id: text, text });
    await connection.synced();
  }
  return { db, connection };
}

async function readAnew(name, options) {
  const db = fireproof(name, { storage: 'memory', ...options });
  const connection = connect.rest(db, { url, poll: 0 });
  await connection.loaded;
  const { rows } = await db.allDocs();
  await db.close();
  return rows.map(({ key }) => key);
}

for (const [what, options] of [
  ['encrypted 0.24', { key: '000102030405060708090a0b0c0d0e0f' }],
  ['public 0.24', { public: true }],
  ['public 0.14', { format: '0.14', public: true }],
]) {
  test(`${what}: what is gone at the server is found and sent again`, async () => {
    const name = `lost-${what.replaceAll(' ', '-')}`;
    const { db, connection } = await published(name, options);
    assert.deepEqual(await connection.verify(), {
      checked: 2,
      missing: [],
      damaged: [],
      repaired: 0,
    });
    rmSync(carsOf(name)[0]);
    const errors = [];
    connection.addEventListener('error', ({ detail }) => errors.push(detail.code));
    const { checked, missing, repaired } = await connection.verify();
    assert.deepEqual([checked, missing.length, repaired], [2, 1, 1]);
    assert.deepEqual(errors, ['corrupt-car']);
    assert.equal(connection.status.safe, true);
    assert.deepEqual(await readAnew(name, options), ['one', 'two']);
    await db.close();
  });
}

test('a deep look finds a public CAR that was cut, and replaces it', async () => {
  const options = { public: true };
  const { db, connection } = await published('cut', options);
  const [file] = carsOf('cut');
  truncateSync(file, statSync(file).size >> 1);
  const { damaged } = await connection.verify({ deep: true });
  assert.equal(damaged.length, 1);
  await db.close();
});

test('other options are refused, and so is a paused connection', async () => {
  const { db, connection } = await published('refused', { public: true });
  await assert.rejects(connection.verify({ depth: 1 }), { code: 'invalid-argument' });
  await assert.rejects(connection.verify({ deep: 'yes' }), { code: 'invalid-argument' });
  await connection.pause();
  await assert.rejects(connection.verify(), { code: 'aborted' });
  await db.close();
});
