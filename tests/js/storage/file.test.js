import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { FileStorage } from '../../../js/storage/file.js';
import { rejects, until } from '../../browser/assert.js';
import { storageAcceptance } from './acceptance.js';

const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-file-'));
after(() => rmSync(dir, { recursive: true, force: true }));

storageAcceptance({
  test: (name, body) => test(`file: ${name}`, body),
  create: (name) => new FileStorage({ name, format: '0.24', dir }),
});

/** Opens a store in a folder of its own, and closes it after the work. */
async function withStorage(folder, name, work) {
  const storage = new FileStorage({ name, format: '0.24', dir: join(dir, folder) });
  await storage.open();
  try {
    return await work(storage, join(dir, folder));
  } finally {
    await storage.close();
  }
}

const record = new Uint8Array([1, 2, 3]);

test('file: no database name leaves its folder or meets another', async () => {
  const folder = join(dir, 'names');
  const names = [
    '..',
    '.',
    '../../x',
    '/etc',
    'a/b',
    'a\\b',
    'A',
    'a',
    'CON',
    'con',
    'nul.x',
    '%2e',
    'ü',
  ];
  names.push('\0', ' ', '~', 'x'.repeat(300), `${'x'.repeat(299)}y`, '日本'.repeat(60));
  for (const name of names) {
    await withStorage('names', name, (storage) => storage.commit({ version: 0, record }));
  }
  assert.equal(readdirSync(folder).length, names.length);
  for (const entry of readdirSync(folder)) {
    assert.match(entry, /^[a-z0-9_%A-F~-]{1,255}$/);
    assert.deepEqual(readdirSync(join(folder, entry)), ['0.24']);
  }
  assert.deepEqual(readdirSync(dir).includes('x'), false);
});

test('file: a database needs a name, and a format that is one', () => {
  for (const name of ['', undefined, 5]) {
    assert.throws(() => new FileStorage({ name, format: '0.24', dir }), {
      code: 'invalid-argument',
    });
  }
  for (const format of ['', '..', '0.24/..', '24']) {
    assert.throws(() => new FileStorage({ name: 'x', format, dir }), { code: 'invalid-argument' });
  }
});

test('file: a key that is too long for a file name is refused before anything is written', () =>
  withStorage('long', 'long', async (storage) => {
    const put = ['short', 'k'.repeat(256)].map((key) => ({ table: 'car', key, bytes: record }));
    await rejects(storage.commit({ version: 0, record, put }), 'invalid-argument');
    assert.deepEqual(await storage.readRecord(), { version: 0, record: null });
    assert.deepEqual(await storage.readAll('car'), []);
  }));

test('file: both formats of a database lie side by side, destroying one keeps the other', async () => {
  const create = (format) => new FileStorage({ name: 'both', format, dir: join(dir, 'both') });
  const [old, current] = [create('0.14'), create('0.24')];
  for (const storage of [old, current]) {
    await storage.open();
    await storage.commit({ version: 0, record });
  }
  await old.destroy();
  assert.equal((await current.readRecord()).version, 1);
  await current.destroy();
  assert.deepEqual(readdirSync(join(dir, 'both')), []);
});

test('file: what killed processes left behind is removed after an hour, not before', () =>
  withStorage('stale', 'stale', async (storage, folder) => {
    await storage.commit({ version: 0, record });
    const staged = join(folder, 'stale', '0.24', 'staged');
    const remains = [`2.${'a'.repeat(32)}`, `rows.${'b'.repeat(32)}`].map((name) =>
      join(staged, name),
    );
    for (const each of remains) {
      mkdirSync(join(each, 'car'), { recursive: true });
      writeFileSync(join(each, 'car', 'row'), 'partial');
    }
    await withStorage('stale', 'stale', () => {});
    assert.equal(readdirSync(staged).length, 2);
    const old = Date.now() / 1000 - 3700;
    for (const each of remains) utimesSync(each, old, old);
    await withStorage('stale', 'stale', () => {});
    assert.deepEqual(readdirSync(staged), []);
    assert.deepEqual(await storage.readAll('car'), []);
    assert.equal((await storage.readRecord()).version, 1);
  }));

test('file: a store that is deleted by hand, or replaced, is storage-lost', () =>
  withStorage('lost', 'lost', async (storage, folder) => {
    await storage.commit({ version: 0, record });
    let heard = 0;
    storage.onChange(() => (heard += 1));
    rmSync(join(folder, 'lost'), { recursive: true });
    await until(() => heard > 0, 'the loss was noticed');
    await rejects(storage.readRecord(), 'storage-lost');
    await rejects(storage.commit({ version: 1, record }), 'storage-lost');
    await withStorage('lost', 'lost', async (fresh) => {
      assert.equal((await fresh.readRecord()).version, 0);
      await rejects(storage.read([{ table: 'car', key: 'k' }]), 'storage-lost');
    });
  }));

test('file: a damaged folder is storage-lost, not an endless search', async () => {
  writeFileSync(join(dir, 'plain file'), '');
  const storage = new FileStorage({ name: 'x', format: '0.24', dir: join(dir, 'plain file') });
  await rejects(storage.open(), 'storage-lost');
  await withStorage('damaged', 'damaged', async (damaged, folder) => {
    await damaged.commit({ version: 0, record });
    unlinkSync(join(folder, 'damaged', '0.24', 'record.1'));
    await rejects(damaged.readRecord(), 'storage-lost');
  });
});

test('file: a full disk is quota-exceeded and changes nothing', async () => {
  // A process may be forbidden to write files above a size: the same error path as a full disk.
  const script = `
    import { FileStorage } from ${JSON.stringify(new URL('../../../js/storage/file.js', import.meta.url))};
    const storage = new FileStorage({ name: 'full', format: '0.24', dir: process.argv[1] });
    await storage.open();
    const row = (key, size) => ({ table: 'car', key, bytes: new Uint8Array(size) });
    const commit = { version: 0, record: new Uint8Array(1), put: [row('a', 10), row('b', 900_000)] };
    const code = await storage.commit(commit).catch((error) => error.code);
    const { version } = await storage.readRecord();
    const after = await storage.commit({ ...commit, put: [row('a', 10)] });
    console.log(JSON.stringify([code, version, after, (await storage.readAll('car')).length]));
    await storage.close();`;
  const args = ['--input-type=module', '-e', script, join(dir, 'full')];
  const limited = ['-c', 'ulimit -f 500; exec "$0" "$@"', process.execPath, ...args];
  const { stdout } = await promisify(execFile)('bash', limited);
  assert.deepEqual(JSON.parse(stdout), ['quota-exceeded', 0, true, 1]);
  assert.deepEqual(readdirSync(join(dir, 'full', 'full', '0.24', 'staged')), []);
});

test('file: a range read of a large row reads only the range', () =>
  withStorage('range', 'range', async (storage) => {
    const bytes = new Uint8Array(64 * 1024 * 1024);
    bytes[50_000_000] = 7;
    await storage.commit({ put: [{ table: 'car', key: 'large', bytes }] });
    const before = process.memoryUsage().arrayBuffers;
    const reads = Array.from({ length: 100 }, () => ({
      table: 'car',
      key: 'large',
      offset: 50_000_000,
      length: 1,
    }));
    const rows = await storage.read(reads);
    assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
    assert.ok(rows.every((row) => row.length === 1 && row[0] === 7));
  }));
