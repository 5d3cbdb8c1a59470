import { fireproof as ours } from 'fireproof-wasm';
import {
  Index,
  PACKAGE_VERSION,
  fireproof,
  index,
  isDatabase,
  toCloud,
} from 'fireproof-wasm/compat';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

test('compat opens databases of the package, and says which options it leaves out', async () => {
  const warnings = [];
  const logger = { ...silent, warn: (message) => warnings.push(message) };
  const options = { storage: 'memory', storeUrls: { base: 'memory://x' }, autoCompact: 5, logger };
  const db = fireproof('compat', options);
  assert.ok(isDatabase(db));
  assert.match(warnings.join(), /"compat"\) does nothing with storeUrls, autoCompact/);
  assert.throws(() => fireproof('compat', { formt: '0.14' }), { code: 'invalid-argument' });
  await db.destroy();
});

test('compat: isDatabase knows databases from other things', async () => {
  const db = ours();
  assert.deepEqual([db, {}, null, new EventTarget(), 'db'].map(isDatabase), [
    true,
    false,
    false,
    false,
    false,
  ]);
  await db.destroy();
});

test('compat: an index has a name, and queries by it or by its function', async () => {
  const db = fireproof();
  await db.bulk([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 2 },
  ]);
  const ids = async (made, options) =>
    (await made.query(options)).rows.map(({ id }) => id).join('');
  assert.equal(await ids(index(db, 'n')), 'ab');
  assert.equal(await ids(new Index(db, 'n'), { key: 2 }), 'b');
  const map = ({ n }) => -n;
  const byFunction = index(db, 'down', map);
  assert.equal(await ids(byFunction), 'ba');
  assert.equal(index(db, 'down'), byFunction);
  assert.equal(index(db, 'down', map), byFunction);
  assert.notEqual(
    index(db, 'down', ({ n }) => -n),
    byFunction,
  );
  await db.destroy();
});

test('compat: toCloud says what to use in its place; the version is that of the package', () => {
  assert.throws(() => toCloud(), { code: 'invalid-argument', message: /connect\.rest/ });
  const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));
  assert.equal(PACKAGE_VERSION, version);
});

test('compat/react has what use-fireproof exports', async () => {
  const names = Object.keys(await import('fireproof-wasm/compat/react'));
  for (const name of ['fireproof', 'useFireproof', 'ImgFile', 'toCloud', 'index', 'isDatabase'])
    assert.ok(names.includes(name), name);
});
