// A process of the real package with an adapter and a queue in a folder is killed, starts again, and everything arrives.
import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { withReplica } from '../package/devices.js';
import { eventually } from './peers/eventually.js';
import { Peer } from './peers/peer.js';

const GENERATIONS = [
  { version: '0.24.19', format: '0.24', key: '0f'.repeat(16) },
  { version: '0.14.9', format: '0.14', key: undefined }, // it comes with the meta
];

/** At which changes of files it is killed, one life after the other: of the package's own store, and of the queue. */
const STEPS = [1, 2, 3, 5, 8, 12, 18];

/** A device of the package whose files outlive its processes, at our server. */
class Survivor {
  #home = mkdtempSync(join(tmpdir(), 'fireproof-survivor-'));
  #queue = join(this.#home, 'queue');
  #peer;
  #place;
  /** Ids of documents that were acknowledged. @type {string[]} */
  acknowledged = [];

  constructor({ version, key }, url) {
    this.#peer = new Peer(version, { kind: 'adapted', home: this.#home });
    this.#place = { database: 'survivor', url, key, queue: this.#queue };
  }

  get isAlive() {
    return this.#peer.pid !== null;
  }

  /** What the queue keeps. */
  get waiting() {
    if (!existsSync(this.#queue)) return [];
    return readdirSync(this.#queue).filter((name) => name.endsWith('.item'));
  }

  start() {
    return this.#peer.open(this.#place);
  }

  kill() {
    return this.#peer.stop();
  }

  killAt(n) {
    return this.#peer.killAt(n);
  }

  synced() {
    return this.#peer.synced();
  }

  async put(...ids) {
    for (const _id of ids) {
      await this.#peer.put({ _id, text: 'x'.repeat(500) });
      this.acknowledged.push(_id);
    }
  }

  async end() {
    await this.kill();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

/** New devices, ours and the package's, have all of the ids. */
async function allArrived({ version, format, key }, url, ids) {
  const missingIn = (found) => ids.filter((id) => !found.includes(id));
  const db = fireproof('survivor', { format, key, storage: 'memory' });
  const peer = new Peer(version, { kind: 'adapted' });
  try {
    await connect.rest(db, { url, poll: 0 }).loaded;
    const { rows } = await db.allDocs();
    assert.deepEqual(missingIn(rows.map((row) => row.key)), [], 'missing on a device of ours');
    await peer.open({ database: 'survivor', url, key });
    await peer.synced();
    const { docs } = await peer.allDocs();
    assert.deepEqual(missingIn(docs.map(({ _id }) => _id)), [], 'missing on one of the package');
  } finally {
    await db.destroy();
    await peer.stop();
  }
}

const withSurvivor = (generation, work) =>
  withReplica(async (replica) => {
    const survivor = new Survivor(generation, replica.url);
    try {
      await work(survivor, replica);
    } finally {
      await survivor.end();
    }
  });

describe('adapters in processes that are killed', { concurrency: 2 }, () => {
  for (const generation of GENERATIONS) {
    test(`${generation.version}: what was queued and not uploaded arrives after a kill`, () =>
      withSurvivor(generation, async (survivor, replica) => {
        await survivor.start();
        await survivor.put('start');
        await survivor.synced();
        const isPut = ({ method }) => method === 'PUT';
        replica.fault = (request) =>
          isPut(request) ? new Response('', { status: 503 }) : undefined;
        await survivor.put('a', 'b', 'c');
        await eventually(() => survivor.waiting.length > 0, 'something in the queue');
        await survivor.kill();
        replica.fault = undefined;
        const uploads = replica.requests.length;
        await survivor.start();
        await survivor.synced();
        assert.ok(replica.requests.slice(uploads).some((each) => /^PUT .* 201$/.test(each)));
        assert.deepEqual(survivor.waiting, []);
        await allArrived(generation, replica.url, ['start', 'a', 'b', 'c']);
      }));

    test(`${generation.version}: killed at changes of files, one life after the other, nothing acknowledged is lost`, (t) =>
      withSurvivor(generation, async (survivor, replica) => {
        await survivor.start();
        await survivor.put('start');
        await survivor.synced();
        await survivor.kill();
        let kills = 0;
        for (const n of STEPS) {
          await survivor.start();
          await survivor.killAt(n);
          const isOver = (error) => assert.ok(!survivor.isAlive, error);
          await survivor.put(`${n}-0`, `${n}-1`, `${n}-2`).catch(isOver);
          if (survivor.isAlive) await survivor.synced().catch(isOver);
          if (!survivor.isAlive) kills += 1;
          await survivor.kill();
        }
        t.diagnostic(`${kills} kills, ${survivor.acknowledged.length} documents acknowledged`);
        assert.ok(kills >= STEPS.length - 2, 'it was killed at steps of its work');
        await survivor.start();
        await survivor.put('end');
        await survivor.synced();
        await allArrived(generation, replica.url, survivor.acknowledged);
      }));
  }
});
