// inspect and verify, on databases that the JavaScript package wrote.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { fireproof } from 'fireproof-wasm';
import { run, runJson, withCopy, withFolder } from './running.js';

const KEY = '000102030405060708090a0b0c0d0e0f';
const expectedOf = (name) =>
  JSON.parse(readFileSync(inCheckout('tests', 'fixtures', name, 'expected.json'), 'utf8'));
const keyOf = ({ key, format }) => (key && format === '0.24' ? ['--key', key] : []);

for (const name of ['0.24/m-random-merge-7', '0.14/h-files']) {
  test(`verify and inspect: ${name}`, () =>
    withCopy(name, async ({ dir }) => {
      const expected = expectedOf(name);
      const verified = await run(['verify', dir, ...keyOf(expected), '--json']);
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      const { heads, cars, format, database } = await runJson(['inspect', dir, ...keyOf(expected)]);
      assert.deepEqual(heads, expected.clock);
      assert.equal(format, expected.format);
      assert.equal(database, expected.database);
      const log = cars.filter(({ kind }) => kind === 'data').map(({ cid }) => cid);
      for (const [cid] of expected.cars ?? []) assert.ok(log.includes(cid), cid);
    }));
}

for (const [name, key] of [
  ['0.24/c-updates-deletes', ['--key', KEY]],
  ['0.24/b-insecure', []],
  ['0.14/c-updates-deletes', []],
  ['0.14/c2-updates-deletes-public', []],
]) {
  test(`verify: ${name}: a CAR that is missing or damaged is named, and the exit status is 1`, () =>
    withCopy(name, async ({ dir, cars, folder }) => {
      for (const car of cars.slice(-2)) {
        const path = join(folder, car);
        const whole = readFileSync(path);
        const cid = car.slice(0, -'.car'.length);
        rmSync(path);
        const missing = await run(['verify', dir, ...key]);
        assert.equal(missing.code, 1);
        assert.match(missing.stdout, new RegExp(`^${cid}: it is not there$`, 'm'));
        const damaged = Uint8Array.from(whole);
        damaged[whole.length - 5] ^= 4; // in 0.24 what names the key
        writeFileSync(path, damaged);
        const { code, stdout } = await run(['verify', dir, ...key]);
        assert.equal(code, 1);
        assert.match(stdout, new RegExp(`^${cid}`, 'm'));
        writeFileSync(path, whole);
      }
      assert.equal((await run(['verify', dir, ...key])).code, 0);
    }));
}

test('verify: a lost attachment and a meta that is gone or cut off are found', () =>
  withCopy('0.24/h-files', async ({ dir, database }) => {
    const meta = join(dir, 'meta', `fp.${database}.0.24`, 'main.json');
    const { cars } = await runJson(['inspect', dir, '--key', KEY]);
    const { cid } = cars.find(({ kind }) => kind === 'file');
    rmSync(join(dir, 'file', `fp.${database}`, `${cid}.car`));
    const lost = await run(['verify', dir, '--key', KEY]);
    assert.equal(lost.code, 1);
    assert.match(lost.stdout, new RegExp(cid));
    writeFileSync(meta, readFileSync(meta).subarray(0, 100));
    const cut = await run(['verify', dir, '--key', KEY]);
    assert.equal(cut.code, 1);
    assert.match(cut.stdout, /^meta: /m);
    rmSync(meta);
    const gone = await run(['verify', dir, '--key', KEY]);
    assert.equal(gone.code, 2);
    assert.match(gone.stderr, /give --format/);
    assert.equal((await run(['verify', dir, '--key', KEY, '--format', '0.24'])).code, 1);
  }));

test('verify: what the package itself cannot open is a problem', () =>
  withCopy('0.24/j-multicar-before-last-put', async ({ dir, cars, folder }) => {
    assert.equal((await run(['verify', dir, '--key', KEY])).code, 0); // we read all CARs of a group
    for (const car of cars.slice(0, 2)) rmSync(join(folder, car));
    assert.equal((await run(['verify', dir, '--key', KEY])).code, 1);
  }));

test('without the key: inspect shows what it can, verify says that it is not all', () =>
  withCopy('0.24/a-three-docs', async ({ dir }) => {
    const { sealed, cars, heads } = await runJson(['inspect', dir]);
    assert.equal(sealed, true);
    assert.equal(cars.length, 1);
    assert.deepEqual(heads, []);
    const { code, stdout } = await run(['verify', dir]);
    assert.equal(code, 3);
    assert.match(stdout, /--key/);
    const { code: inEnvironment } = await run(['verify', dir], { env: { FIREPROOF_KEY: KEY } });
    assert.equal(inEnvironment, 0);
    assert.equal((await run(['verify', dir, '--key', '00'.repeat(16)])).code, 3);
    const wrong = await run(['verify', dir, '--key', 'secret']);
    assert.equal(wrong.code, 2);
    assert.doesNotMatch(wrong.stderr, /secret/);
  }));

test('inspect: the clock as text and as a graph', () =>
  withCopy('0.24/d-fork/merged-2heads', async ({ dir }) => {
    const { heads, events } = await runJson(['inspect', dir, '--key', KEY]);
    assert.equal(heads.length, 2);
    const { stdout: text } = await run(['inspect', dir, '--key', KEY, '--clock']);
    for (const { cid } of events) assert.ok(text.includes(cid));
    const { stdout: dot } = await run(['inspect', dir, '--key', KEY, '--dot']);
    assert.match(dot, /^digraph clock \{\n/);
    const edges = events.flatMap(({ cid, parents }) =>
      parents.map((each) => `"${cid}" -> "${each}"`),
    );
    for (const edge of edges) assert.ok(dot.includes(edge), edge);
    assert.equal(dot.match(/style=bold/g).length, 2);
  }));

test('inspect and verify: a local store, with what is pending', () =>
  withFolder(async (dir) => {
    const db = fireproof('notes', { storage: { type: 'file', dir } });
    await db.put({ _id: 'a' });
    await db.put({ _id: 'b', _files: { 'a.bin': new Uint8Array(9) } });
    const { hex } = await db.exportKey();
    await db.close();
    const key = ['--key', hex];
    const { pending, heads, cars } = await runJson(['inspect', `store:${dir}`, ...key]);
    assert.equal(pending, 3);
    assert.deepEqual(heads, [...db.clock]);
    assert.deepEqual(cars.map(({ kind }) => kind).sort(), ['data', 'file']);
    assert.equal((await run(['verify', `store:${dir}`, ...key])).code, 0);
  }));
