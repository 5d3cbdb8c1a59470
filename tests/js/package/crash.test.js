import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomOf } from '../interop/histories/random.js';
import { FILE, historyOf, openIn } from './crash-child.js';
import { stateOf, textOf, writesIn } from './write-history.js';

const CHILD = fileURLToPath(new URL('./crash-child.js', import.meta.url));
const SEED = Number(process.env.FIREPROOF_SEED ?? 1);

const base = mkdtempSync(join(tmpdir(), 'fireproof-wasm-crash-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** Starts the child process; `acknowledged` grows. */
function start(...args) {
  const child = spawn(process.execPath, [CHILD, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const state = { child, acknowledged: 0, ended: once(child, 'close') };
  child.stdout.on('data', (bytes) => (state.acknowledged += bytes.length));
  return state;
}

async function withDatabase(dir, format, work) {
  const db = openIn(dir, format);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Fails unless every CAR of the log can be read, and nothing is stored that belongs to none. */
async function checkWhole(db, dir, format) {
  const { cars, archive, missing } = await db.inspect();
  assert.equal(missing, 0);
  for (const cid of cars.flat()) await db.readCar('car', cid);
  const named = new Set([...cars, ...archive].flat());
  for (const table of ['car', 'blocks', 'events']) {
    for (const cid of readdirSync(join(dir, 'crash', format, table)))
      assert.ok(named.has(cid), `${table}/${cid} belongs to nothing`);
  }
}

/** Fails unless writing goes on. */
async function checkGoesOn(dir, format) {
  const before = await withDatabase(dir, format, async (db) => {
    const state = await stateOf(db);
    await db.put({ _id: 'z', n: 1 });
    await db.compact();
    await db.del('z');
    return state;
  });
  await withDatabase(dir, format, async (db) => {
    assert.equal(textOf(await stateOf(db)), textOf(before));
    await checkWhole(db, dir, format);
  });
}

const OLD = [0, 1, 2].map((n) => ({ _id: `d${n}`, n }));
const NEW = [{ _id: 'd1', n: 'new' }, OLD[2], { _id: 'new' }];

/** The documents that a whole database has. */
async function wholeDocuments(db, dir, format) {
  await checkWhole(db, dir, format);
  const { rows } = await db.allDocs();
  for (const { value } of rows) {
    if (!value._files) continue;
    const file = await value._files.a.file();
    assert.deepEqual(new Uint8Array(await file.arrayBuffer()), FILE);
    delete value._files;
  }
  return rows.map(({ value }) => value);
}

/**
 * Kills a process at each step of a piece of work in turn.
 *
 * @param {string} work
 * @param {string} format
 * @param {(db: object, dir: string) => Promise<'old' | 'new'>} look checks what is left
 * @returns {Promise<number>} steps
 */
async function killAtEveryStep(work, format, look) {
  const before = join(base, work);
  await withDatabase(before, format, async (db) => {
    await db.put(OLD[0]);
    await db.replica();
    await db.bulk(OLD.slice(1));
    await db.put(OLD[0]);
  });

  async function killedAt(step) {
    const dir = join(base, `${work} ${step}`);
    cpSync(before, dir, { recursive: true });
    const running = start('step', dir, format, work, step);
    const [code, signal] = await running.ended;
    const left = await withDatabase(dir, format, (db) => look(db, dir));
    if (running.acknowledged > 0) assert.equal(left, 'new', 'what was acknowledged');
    await checkGoesOn(dir, format);
    rmSync(dir, { recursive: true });
    assert.ok(signal === 'SIGKILL' || code === 0);
    return { left, isOver: signal === null };
  }

  const outcomes = [];
  while (!outcomes.some(({ isOver }) => isOver)) {
    const steps = [1, 2, 3].map((each) => outcomes.length + each);
    outcomes.push(...(await Promise.all(steps.map(killedAt))));
  }
  const killed = outcomes.filter(({ isOver }) => !isOver).map(({ left }) => left);
  assert.deepEqual([...new Set(killed)], ['old', 'new']);
  return killed.length;
}

test('killed at every step of a commit, all or nothing of it is there: 0.24', async (t) => {
  const steps = await killAtEveryStep('commit', '0.24', async (db, dir) => {
    const documents = await wholeDocuments(db, dir, '0.24');
    const left = documents.some(({ _id }) => _id === 'new') ? 'new' : 'old';
    assert.deepEqual(documents, left === 'new' ? NEW : OLD);
    return left;
  });
  t.diagnostic(`${steps} steps`);
});

for (const [work, format] of [
  ['seal', '0.14'],
  ['compact', '0.24'],
]) {
  test(`killed at every step of a ${work}, nothing is lost: ${format}`, async (t) => {
    const steps = await killAtEveryStep(work, format, async (db, dir) => {
      assert.deepEqual(await wholeDocuments(db, dir, format), OLD);
      return (await db.inspect()).cars.length < 3 ? 'new' : 'old';
    });
    t.diagnostic(`${steps} steps`);
  });
}

for (const format of ['0.24', '0.14']) {
  test(`killed at random moments, every acknowledged write is there: ${format}`, async (t) => {
    let kills = 0;
    for (let seed = SEED; seed < SEED + 2; seed++) {
      const dir = join(base, `random ${format} ${seed}`);
      const random = randomOf(seed);
      let made = 0;
      for (let life = 0; life < 4; life++) {
        const running = start('loop', dir, format, seed, made);
        while (running.acknowledged === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, random.below(400)));
        running.child.kill('SIGKILL');
        await running.ended;
        kills += 1;
        made = await withDatabase(dir, format, async (db) => {
          await checkWhole(db, dir, format);
          return writesIn(await stateOf(db), historyOf(seed), made + running.acknowledged);
        });
      }
      await checkGoesOn(dir, format);
      t.diagnostic(`seed ${seed}: ${made} writes; again with FIREPROOF_SEED=${seed}`);
    }
    t.diagnostic(`${kills} kills`);
  });
}
