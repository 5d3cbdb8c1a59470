import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { KEY_24, event, withFixture } from './remote.js';

/** Two databases on one file store, as two processes or tabs have them. */
async function withTwo(work) {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-two-'));
  const options = { storage: { type: 'file', dir }, key: KEY_24 };
  const [one, other] = [fireproof('demo', options), fireproof('demo', options)];
  try {
    await work(one, other);
  } finally {
    await Promise.all([one.close(), other.close()]);
    await rm(dir, { recursive: true });
  }
}

test('what one instance pulls, the other shows without asking the remote', () =>
  withFixture('0.24/c-updates-deletes', (remote) =>
    withTwo(async (one, other) => {
      await Promise.all([one.ready, other.ready]);
      const changed = event(other, 'change');
      const heard = new Promise((resolve) => other.subscribe(resolve));
      await connect.rest(one, { url: remote.url, mode: 'pull', poll: 0 }).loaded;
      const requests = remote.requests.length;
      assert.deepEqual((await changed).clock, [...one.clock]);
      assert.deepEqual(await other.allDocs(), await one.allDocs());
      assert.equal((await heard).length, (await other.changes()).rows.length);
      assert.equal(remote.requests.length, requests);
    }),
  ));

test('two instances that pull at the same time end with the same, and lose nothing', () =>
  withFixture('0.24/m-random-merge-12345-side-by-side', (remote) =>
    withTwo(async (one, other) => {
      const pull = (db) => connect.rest(db, { url: remote.url, mode: 'pull', poll: 0 }).loaded;
      await Promise.all([pull(one), pull(other)]);
      assert.deepEqual(await other.allDocs(), await one.allDocs());
      assert.deepEqual(await other.inspect(), await one.inspect());
    }),
  ));
