import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../interop/peers/eventually.js';
import { KINDS, titleOf } from '../package/databases.js';
import { textIn, withDevices, write } from '../package/devices.js';

/** Milliseconds between two looks: where conditions are ignored, a look restores what was overwritten. */
const POLL = 300;

const ROUNDS = 3;

/**
 * Two devices that write into one bucket at the same time, whatever it makes of conditions.
 *
 * @param {object} place
 * @param {string} place.name
 * @param {() => Promise<import('./test-bucket.js').TestBucket>} place.makeBucket
 * @param {'honoured' | 'ignored' | 'unsupported'} place.conditional what the engine finds out
 */
export function writers({ name, makeBucket, conditional }) {
  for (const kind of KINDS.filter((each) => !each.public)) {
    test(`${name}, conditions ${conditional}: two devices write ${titleOf(kind)} at once, and new ones read all of it`, () =>
      withDevices(kind, async (devices) => {
        const made = await makeBucket();
        const attach = (db) => connect.s3(db, { ...made.signed, poll: POLL });
        const [a, b] = [devices.open('a'), devices.open('b')];
        await a.put({ _id: 'start' });
        const fromA = attach(a);
        await fromA.synced();
        const fromB = attach(b);
        await fromB.loaded;
        const both = [fromA, fromB];
        for (let round = 0; round < ROUNDS; round++) {
          await Promise.all([write(a, `a${round}`), write(b, `b${round}`)]);
          await Promise.all(both.map((each) => each.synced()));
        }
        await eventually(
          async () =>
            both.every(({ status }) => status.safe) && (await textIn(a)) === (await textIn(b)),
          'both to be safe and the same',
          60,
        );
        for (const { status } of both) assert.equal(status.conditional, conditional);
        // Of each round: four documents and a bulk, the first one deleted again.
        assert.equal((await a.allDocs()).rows.length, 1 + 2 * ROUNDS * 5);
        await Promise.all(both.map((each) => each.close()));
        assert.equal(await devices.seenBy(attach), await textIn(a));
      }));
  }
}
