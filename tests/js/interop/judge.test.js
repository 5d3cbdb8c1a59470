import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixtureNames } from '../package/fixture-names.js';
import { fixtureFolder } from '../package/remote.js';
import { expectationOf, remoteOf } from './fixtures.js';
import { judge } from './judge/index.js';
import { tagged } from './tags.js';

const LONG_TEXT = 20_000;

const byId = (a, b) => (a._id < b._id ? -1 : 1);
const hexSha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Texts that expected.json only describes. */
function describeLongTexts(value) {
  if (typeof value === 'string' && value.length > LONG_TEXT) {
    const bytes = Buffer.from(value);
    return { $longstring: { sha256: hexSha256(bytes), utf8_length: bytes.length } };
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(describeLongTexts);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, describeLongTexts(member)]),
  );
}

for (const name of fixtureNames()) {
  const expected = expectationOf(name);

  test(`the judge reads ${name} as the package does`, () => {
    const { clock, docs, deleted, file } = judge(remoteOf(name));
    assert.deepEqual(clock, expected.clock);
    assert.deepEqual(docs.map(describeLongTexts), tagged(expected.docs).sort(byId));
    assert.deepEqual(deleted, [...expected.deleted].sort());
    for (const doc of docs) {
      for (const [fileName, entry] of Object.entries(doc._files ?? doc._publicFiles ?? {})) {
        const content = file(entry);
        const { sha256 } = expected.files?.[`${doc._id}/${fileName}`] ?? {};
        if (sha256) assert.equal(hexSha256(content), sha256);
      }
    }
  });
}

// They have 0.14 ids of 64 units, which the shards lose (format page 0.14, section 6.5).
const notInShards = ['0.14/i-long-keys', '0.14/i2-long-keys-public'];

for (const name of fixtureNames().filter((each) => !notInShards.includes(each))) {
  test(`the events of ${name} alone lead to the same documents as its shards`, () => {
    const { docs, deleted, history } = judge(remoteOf(name));
    assert.deepEqual(history(), { docs, deleted });
  });
}

/** Judges a copy of a fixture after `change` was done to the folder of its CARs. */
function judgeChanged(name, change) {
  const folder = mkdtempSync(join(tmpdir(), 'fireproof-judge-'));
  try {
    cpSync(fixtureFolder(name), folder, { recursive: true });
    const cars = join(folder, 'data', `fp.${expectationOf(name).database}`);
    change(readdirSync(cars).map((file) => join(cars, file)));
    return judge({ ...remoteOf(name), folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const name of [
  '0.24/a-three-docs',
  '0.24/b-insecure',
  '0.14/b-public',
  '0.14/d-fork/0-base',
]) {
  test(`the judge refuses ${name} with a byte changed in any CAR`, () => {
    const { length } = readdirSync(
      join(fixtureFolder(name), 'data', `fp.${expectationOf(name).database}`),
    );
    for (let index = 0; index < length; index++) {
      const damage = (paths) => {
        const bytes = readFileSync(paths[index]);
        bytes[bytes.length >> 1] ^= 1;
        writeFileSync(paths[index], bytes);
      };
      assert.throws(() => judgeChanged(name, damage));
    }
  });

  test(`the judge refuses ${name} without any of its CARs`, () => {
    assert.throws(() => judgeChanged(name, ([path]) => rmSync(path)), /not there/);
  });
}

test('the judge refuses another key', () => {
  const remote = { ...remoteOf('0.24/a-three-docs'), key: '00'.repeat(16) };
  assert.throws(() => judge(remote), /another key/);
});
