import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FileStorage } from '../../../js/storage/file.js';
import { STORE, commitOn, rowsOf } from './file-child.js';

const CHILD = fileURLToPath(new URL('./file-child.js', import.meta.url));
const base = mkdtempSync(join(tmpdir(), 'fireproof-wasm-crash-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** Starts the child process; `output` grows as it prints. */
function start(...args) {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const state = { child, output: '', ended: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text) => (state.output += text));
  return state;
}

async function withStorage(dir, work) {
  const storage = new FileStorage({ ...STORE, dir });
  await storage.open();
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

/** Checks that the store holds one whole version and nothing else; returns the version. */
async function checkWhole(storage) {
  const { version, record } = await storage.readRecord();
  const expected = rowsOf(version);
  if (version > 0) assert.equal(Buffer.from(record).toString(), `version ${version}`);
  const rows = await storage.read(expected.map(({ table, key }) => ({ table, key })));
  rows.forEach((row, index) => assert.deepEqual(row, expected[index].bytes));
  for (const table of ['car', 'events']) {
    const keys = (await storage.readAll(table)).map(({ key }) => key).sort();
    const named = expected.filter((row) => row.table === table).map(({ key }) => key);
    assert.deepEqual(keys, named.sort(), `rows of ${table}`);
  }
  return version;
}

test('file: killed at random moments, 30 times, nothing acknowledged is lost', async (t) => {
  const dir = join(base, 'random');
  let version = 0;
  for (let round = 0; round < 30; round++) {
    const running = start('loop', dir);
    while (running.output === '') await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    running.child.kill('SIGKILL');
    await running.ended;
    const acknowledged = Number(running.output.trim().split('\n').at(-1));
    assert.ok(acknowledged > version, 'the process made a commit');
    version = await withStorage(dir, checkWhole);
    assert.ok(
      version === acknowledged || version === acknowledged + 1,
      `version ${version} after ${acknowledged} was acknowledged`,
    );
  }
  t.diagnostic(`${version} commits in 30 lives`);
});

test('file: killed at every single step of a commit, the old or the new state is left', async (t) => {
  const before = join(base, 'before');
  await withStorage(before, async (storage) => {
    for (let version = 0; version < 4; version++) await storage.commit(commitOn(version));
  });

  /** Gives the version that is left after a kill at this step, null if the commit has fewer steps. */
  async function killedAt(step) {
    const dir = join(base, `step ${step}`);
    cpSync(before, dir, { recursive: true });
    const [, signal] = await start('step', dir, String(step)).ended;
    const version = await withStorage(dir, checkWhole);
    // Going on works at once, although the remains of the killed commit may still lie about.
    await withStorage(dir, async (storage) => {
      assert.equal(await storage.commit(commitOn(version)), true);
      assert.equal(await checkWhole(storage), version + 1);
    });
    rmSync(dir, { recursive: true });
    if (signal === null) assert.equal(version, 5);
    return signal === null ? null : version;
  }

  const left = [];
  while (!left.includes(null)) {
    const steps = [1, 2, 3, 4].map((each) => left.length + each);
    left.push(...(await Promise.all(steps.map(killedAt))));
  }
  const killed = left.slice(0, left.indexOf(null));
  t.diagnostic(`${killed.length} steps`);
  assert.deepEqual([...new Set(killed)].sort(), [4, 5]);
});

test('file: four processes making 25 commits each lose none and leave nothing behind', async () => {
  const dir = join(base, 'race');
  await withStorage(dir, async (storage) => {
    let heard = 0;
    storage.onChange(() => (heard += 1));
    const racers = [0, 1, 2, 3].map((id) => start('race', dir, '25', String(id)));
    for (const { ended } of racers) assert.deepEqual(await ended, [0, null]);
    const { version, record } = await storage.readRecord();
    assert.equal(version, 100);
    const names = JSON.parse(Buffer.from(record));
    assert.equal(new Set(names).size, 100);
    const rows = await storage.read(names.map((key) => ({ table: 'events', key })));
    rows.forEach((row, index) => assert.equal(Buffer.from(row).toString(), names[index]));
    assert.ok(heard > 0, 'commits of other processes were heard of');
    await storage.commit({ version, record: new Uint8Array(1) });
  });
  const root = join(dir, STORE.name, STORE.format);
  for (const name of ['staged', 'ready', 'trash'])
    assert.deepEqual(readdirSync(join(root, name)), []);
  const records = readdirSync(root).filter((name) => name.startsWith('record.'));
  assert.deepEqual(records.sort(), ['record.100', 'record.101']);
});
