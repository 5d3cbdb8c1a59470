// The real packages, behind the adapters of fireproof-wasm/interop, share databases in buckets with devices of ours. Alone,
// this file starts a gateway for itself.
import { connect, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MemoryStorage } from '../../../js/storage/memory.js';
import { difference } from '../interop/compare.js';
import { checkWritten } from '../interop/interchange/check-written.js';
import { writeFor } from '../interop/interchange/writes.js';
import { eventually } from '../interop/peers/eventually.js';
import { Peer } from '../interop/peers/peer.js';
import { RGW, S3RVER } from './servers.js';
import { TestBucket } from './test-bucket.js';

const SEED = Number(process.env.FIREPROOF_SEED ?? 1);
const REPEAT = `FIREPROOF_SEED=${SEED} node --test tests/js/s3/adapters.test.js`;

let made = 0;

/** Milliseconds that both write at once, and how much. */
const WRITING = { milliseconds: 6000, ours: 40, theirs: 12 };

/** A device of ours, or one of the package in a process of its own, at a bucket. */
class Place {
  #ends = [];

  constructor(version, bucket) {
    this.version = version;
    this.bucket = bucket;
    this.format = version.startsWith('0.24') ? '0.24' : '0.14';
    this.database = `adapted-${++made}`;
    // That of 0.14 comes with the meta.
    this.key = this.format === '0.24' ? '0f'.repeat(16) : undefined;
  }

  /** @param {{ poll?: number }} [options] */
  async ours({ poll = 0 } = {}) {
    const { format, key } = this;
    // Memory stores of one process are found by name, and each device is to have its own.
    const storage = new MemoryStorage({ name: `${this.database}-${++made}`, format });
    const db = fireproof(this.database, { format, key, storage });
    this.#ends.push(() => db.destroy());
    const connection = connect.s3(db, { ...this.bucket.signed, poll });
    await connection.loaded;
    return { db, connection };
  }

  async theirs() {
    const peer = new Peer(this.version, { kind: 'adapted' });
    this.#ends.push(() => peer.stop());
    const { database, key } = this;
    await peer.open({ database, key, s3: this.bucket.signed });
    return peer;
  }

  async end() {
    for (const end of this.#ends.reverse()) await end();
  }
}

async function stateOf({ db }) {
  const { rows } = await db.allDocs();
  const changes = await db.changes();
  const deleted = changes.rows.filter((row) => row.deleted).map(({ key }) => key);
  return { docs: rows.map(({ value }) => value), deleted };
}

/** Both have the same, once each has looked. */
async function agree(ours, peer) {
  let different;
  const isSo = async () => {
    await peer.synced();
    await ours.connection.synced();
    different = difference(await peer.allDocs(), await stateOf(ours));
    return different === null;
  };
  await eventually(isSo, 'both to have the same', 30).catch((error) => {
    error.message += `: ${different}`;
    throw error;
  });
}

/** New devices of both kinds find what is there. */
async function freshOnesAgree(place, ours) {
  const peer = await place.theirs();
  await agree(ours, peer);
  await peer.stop();
  const fresh = await place.ours();
  assert.equal(difference(await stateOf(fresh), await stateOf(ours)), null);
}

for (const [{ name, open, owner, conditions }, versions] of [
  [RGW, ['0.24.19', '0.14.2', '0.14.9']],
  [S3RVER, ['0.24.19', '0.14.9']],
]) {
  describe(`adapters at ${name}:`, { concurrency: 2 }, () => {
    let running;
    before(async () => (running = await open()));
    after(() => running?.stop());

    async function at(version, work) {
      const place = new Place(version, await TestBucket.make(running.endpoint, owner));
      try {
        await work(place);
      } finally {
        await place.end();
      }
    }

    for (const version of versions) {
      test(`${version} and our engine write in turn, and each reads the other`, () =>
        at(version, async (place) => {
          const peer = await place.theirs();
          await peer.put({ _id: 'a', by: 'theirs' });
          await peer.put({ _id: 'b', by: 'theirs' });
          await peer.synced();
          const ours = await place.ours();
          assert.deepEqual(
            (await stateOf(ours)).docs.map(({ _id, by }) => [_id, by]),
            [
              ['a', 'theirs'],
              ['b', 'theirs'],
            ],
          );
          await ours.db.put({ _id: 'b', by: 'ours' });
          await ours.db.bulk([
            { _id: 'c', by: 'ours' },
            { _id: 'a', _deleted: true },
          ]);
          await agree(ours, peer);
          assert.equal(ours.connection.status.conditional, conditions.match);
          await peer.put({ _id: 'c', by: 'theirs again' });
          await peer.del('b');
          await agree(ours, peer);
          const { docs, deleted } = await stateOf(ours);
          assert.deepEqual(docs, [{ _id: 'c', by: 'theirs again' }]);
          assert.deepEqual(deleted.sort(), ['a', 'b']);
          await freshOnesAgree(place, ours);
        }));
    }

    test(`0.14.9 and our engine write at once, and nothing is lost: ${REPEAT}`, () =>
      at('0.14.9', async (place) => {
        const ours = await place.ours({ poll: 500 });
        await ours.db.put({ _id: 'first' });
        await ours.connection.synced();
        const peer = await place.theirs();
        const { milliseconds } = WRITING;
        const { db } = ours;
        const written = await Promise.all([
          writeFor({
            ...{ seed: SEED, who: 'ours', milliseconds, writes: WRITING.ours, burst: 5 },
            ...{ put: (doc) => db.put(doc), del: (id) => db.del(id) },
          }),
          peer.write({ seed: SEED + 1, who: 'theirs', milliseconds, writes: WRITING.theirs }),
        ]);
        assert.deepEqual(
          written.map(({ refused }) => refused),
          [[], []],
        );
        await agree(ours, peer);
        checkWritten(await stateOf(ours), written);
        await freshOnesAgree(place, ours);
      }));
  });
}
