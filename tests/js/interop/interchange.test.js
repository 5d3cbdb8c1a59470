// One remote, used at the same time by our engine in a page and by the real package in a process of its own, which
// replicates through our adapters. Both write for a minute, and requests of both fail.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, fireproof } from 'fireproof-wasm';
import { createServer, listen } from '../../../js/server/index.js';
import { difference } from './compare.js';
import { checkWritten } from './interchange/check-written.js';
import { startFaultyProxy } from './interchange/faulty-proxy.js';
import { PageDevice, inChromium } from './interchange/page-device.js';
import { Peer } from './peers/peer.js';

const SEED = Number(process.env.FIREPROOF_SEED ?? 1);
const REPEAT = `FIREPROOF_SEED=${SEED} node --test tests/js/interop/interchange.test.js`;

const MILLISECONDS = 60_000;

/**
 * Writes of each side. The package compacts by itself when its log has about 100 groups, and a compaction that meets the
 * writes of another device can cost it a branch (format page 0.24, section 10.17), so the log has to stay shorter: ours
 * come in bursts, each of which is one group.
 */
const WRITES = { ours: 150, theirs: 25 };

/** Those that come without a pause. */
const BURST = { ours: 10, theirs: 1 };

/** Milliseconds for both to come to the same after the last write. */
const SETTLING = 60_000;

const GENERATIONS = [
  { version: '0.24.19', format: '0.24', key: '0f'.repeat(16) },
  { version: '0.14.9', format: '0.14', key: undefined }, // it comes with the meta
];

/** Our server behind the proxy, one database on it, and who uses it. */
async function startGeneration({ version, format, key }, index) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-interchange-'));
  const server = await listen(createServer({ dir }));
  const proxy = await startFaultyProxy(server.url, SEED * 2 + index);
  const name = `interchange-${format}`;
  const page = new PageDevice({ name, format, key, url: proxy.url });
  const peer = new Peer(version, { kind: 'adapted' });
  return {
    ...{ name, format, key, page, peer, proxy, server, version },
    async stop() {
      await peer.stop();
      await proxy.close();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Both write for a minute. @returns {Promise<object[]>} what writeFor gives, ours first */
async function writeTogether({ name, key, page, peer, proxy }, index) {
  // Before the second device: unrelated histories never merge in the package (format page 0.14, section 12).
  await page.put({ _id: 'first', by: 'ours' });
  await page.synced();
  await peer.open({ database: name, url: proxy.url, key });
  const seed = SEED * 100 + index;
  const plan = (who, offset) => ({
    ...{ seed: seed + offset, who, milliseconds: MILLISECONDS },
    ...{ writes: WRITES[who], burst: BURST[who] },
  });
  return Promise.all([page.write(plan('ours', 10)), peer.write(plan('theirs', 20))]);
}

/** Until both have the same. @returns {Promise<object>} what they have */
async function settle({ page, peer }) {
  const end = performance.now() + SETTLING;
  let isLast = false;
  for (;;) {
    await peer.synced();
    await page.synced();
    await pause(500);
    const [ours, theirs] = [await page.allDocs(), await peer.allDocs().catch((error) => error)];
    const different =
      theirs instanceof Error ? `the package: ${theirs.message}` : difference(theirs, ours);
    if (!different && isLast) return ours;
    if (performance.now() > end) assert.fail(`${page} and ${peer} differ: ${different}`);
    // The package's own replay of several heads can fail (format page 0.24, section 10.16); a last write on the merged
    // head leaves one.
    if (!isLast) await page.put({ _id: 'last', by: 'ours' });
    isLast = true;
  }
}

/** A new device of either kind reads the same; without faults, because what is asked is what the remote has. */
async function checkFreshReaders({ name, format, key, server, version }, state) {
  const reader = new Peer(version, { kind: 'adapted' });
  const db = fireproof(name, { format, key, storage: 'memory' });
  try {
    await connect.rest(db, { url: server.url, poll: 0 }).loaded;
    const { rows } = await db.allDocs();
    const changes = await db.changes();
    const deleted = changes.rows.filter((row) => row.deleted).map(({ key: id }) => id);
    const ours = { docs: rows.map(({ value }) => value), deleted };
    assert.equal(difference(ours, state), null, 'a fresh reader of ours');
    await reader.open({ database: name, url: server.url, key });
    await reader.synced();
    assert.equal(difference(await reader.allDocs(), state), null, 'a fresh reader of the package');
  } finally {
    await db.destroy();
    await reader.stop();
  }
}

async function interchange(generation, index, diagnostic) {
  const { peer, proxy, format } = generation;
  const written = await writeTogether(generation, index);
  const [ours, theirs] = written;
  assert.deepEqual(ours.refused, []);
  const state = await settle(generation);
  checkWritten(state, written);
  const { failures, log } = await peer.numbers();
  await checkFreshReaders(generation, state);
  const { none, ...faults } = proxy.counts;
  diagnostic(
    `${format}: ${state.docs.length} documents, ${state.deleted.length} deleted, ${log} groups, ` +
      `${none} requests and ${JSON.stringify(faults)}, ${failures} failures at the adapter, ` +
      `refused by the package: ${JSON.stringify(theirs.refused)}`,
  );
  assert.ok(log < 100, `the package has not compacted: ${log} groups`);
  assert.ok(failures > 0 && Object.values(faults).every((count) => count > 0), 'requests failed');
  assert.ok(theirs.refused.length <= WRITES.theirs / 5, theirs.refused.join('\n'));
}

test(`both generations and our engine in Chromium write at once for a minute: ${REPEAT}`, async (t) => {
  const generations = await Promise.all(GENERATIONS.map(startGeneration));
  try {
    await inChromium(
      generations.map(({ page }) => page),
      async () => {
        const runs = generations.map((each, index) =>
          interchange(each, index, (text) => t.diagnostic(text)),
        );
        const failed = (await Promise.allSettled(runs)).filter(({ reason }) => reason);
        assert.deepEqual(
          failed.map(({ reason }) => `${REPEAT}\n${reason.stack}`),
          [],
        );
      },
    );
  } finally {
    await Promise.all(generations.map((each) => each.stop()));
  }
});
