// The two examples of docs/connectors.md read a real remote from its folder, and write to another.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { rejects } from '../../browser/assert.js';
import { objectsIn } from '../server/replica.js';
import { blockAfter } from './markdown.js';

const REMOTE = inCheckout('tests', 'fixtures', '0.24', 'e-1000-bulk', 'remote');
const DATABASE = { database: 'demo', format: '0.24' };
const ABSENT = 'baembeig2is4vdgz4gyiadfh5uutxxeiuqtacnesnytrnilpwcu7q5m5tma';

test('the example of connect.raw pulls and prints a document', async () => {
  const example = blockAfter('docs/connectors.md', 'example: raw');
  const args = ['--input-type=module', '--eval', example];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: inCheckout() });
  assert.match(stdout, /_id: 'doc-0000'/);
});

/** Imports the example as the module of js/connectors/ that it would be. */
async function importExample() {
  const folder = pathToFileURL(inCheckout('js', 'connectors', '/'));
  const example = blockAfter('docs/connectors.md', 'example: connector, js/connectors/folder.js');
  const module = example.replaceAll(
    /from '(\..*)'/g,
    (_, path) => `from '${new URL(path, folder)}'`,
  );
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-connector-'));
  try {
    await writeFile(join(dir, 'folder.mjs'), module);
    return await import(pathToFileURL(join(dir, 'folder.mjs')));
  } finally {
    await rm(dir, { recursive: true });
  }
}

test('the example of a connector keeps the contract', async () => {
  const { folderConnector } = await importExample();
  const connector = folderConnector({ dir: REMOTE, ...DATABASE });
  const objects = objectsIn(REMOTE);

  const found = await connector.getMeta({});
  const meta = objects.find(({ path }) => path.startsWith('meta/'));
  assert.deepEqual(found.metas, [new Uint8Array(meta.bytes)]);
  assert.deepEqual(await connector.getMeta({ etag: found.etag }), { status: 'not-modified' });
  assert.equal((await connector.getMeta({ etag: 'another' })).status, 'found');

  for (const { path, bytes } of objects.filter((object) => object !== meta)) {
    const [kind, , file] = path.split('/');
    const car = await connector.getCar({ kind, cid: file.replace('.car', '') });
    assert.deepEqual(car, new Uint8Array(bytes));
  }
  assert.equal(await connector.getCar({ kind: 'data', cid: ABSENT }), null);
  const elsewhere = folderConnector({ dir: join(REMOTE, 'nowhere'), ...DATABASE });
  assert.deepEqual(await elsewhere.getMeta(), { status: 'none' });

  const error = await rejects(connector.getMeta({ signal: AbortSignal.abort() }), 'aborted');
  assert.equal(error.remote, connector.name);
  const file = folderConnector({ dir: join(REMOTE, meta.path), ...DATABASE });
  assert.equal((await rejects(file.getMeta({}), 'server')).remote, file.name);
});

test('the example of a connector reads what it has written', async () => {
  const { folderConnector } = await importExample();
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-connector-'));
  try {
    const connector = folderConnector({ dir, ...DATABASE });
    const bytes = new Uint8Array([1, 2, 3]);
    for (const kind of ['data', 'file']) {
      assert.equal(await connector.putCar({ kind, cid: ABSENT, bytes, ifAbsent: false }), 'stored');
      assert.deepEqual(await connector.getCar({ kind, cid: ABSENT }), bytes);
    }
    const { status, etag } = await connector.putMeta({ bytes, condition: 'none' });
    assert.equal(status, 'stored');
    assert.deepEqual(await connector.getMeta({}), { status: 'found', metas: [bytes], etag });
    assert.equal(objectsIn(dir).length, 3, 'no drafts are left');

    const upload = { bytes, condition: 'none', signal: AbortSignal.abort() };
    assert.equal((await rejects(connector.putMeta(upload), 'aborted')).remote, connector.name);
    const file = folderConnector({ dir: join(dir, objectsIn(dir)[0].path), ...DATABASE });
    await rejects(file.putMeta({ bytes, condition: 'none' }), 'server');
  } finally {
    await rm(dir, { recursive: true });
  }
});
