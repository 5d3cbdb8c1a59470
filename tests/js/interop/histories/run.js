import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difference } from '../compare.js';
import { judge } from '../judge/index.js';
import { planOf } from './plan.js';

/** Rounds of syncing in which all devices must come to the same head. */
const MOST_ROUNDS = 8;

const KEY_24 = '000102030405060708090a0b0c0d0e0f';

let runs = 0;

/**
 * Runs the history of one seed and compares, at the end, every device and a fresh reader with the judge.
 *
 * @param {object} history
 * @param {number} history.seed an odd one is of an encrypted database
 * @param {'0.24' | '0.14'} history.format
 * @param {(import('../device.js').Device | import('../peers/peer.js').Peer)[]} history.devices three
 * @param {(import('../device.js').Device | import('../peers/peer.js').Peer)[]} history.readers that have never seen
 *   the database
 * @returns {Promise<{ seed: number, steps: number, failures: Failure[] }>}
 *
 * @typedef {{ device: string, isOurs: boolean, step: string, message: string }} Failure
 */
export async function runHistory({ seed, format, devices, readers }) {
  const folder = mkdtempSync(join(tmpdir(), 'fireproof-history-'));
  const isPublic = seed % 2 === 0;
  const options = {
    database: `history-${process.pid}-${++runs}`,
    remote: folder,
    public: isPublic,
    key: format === '0.24' && !isPublic ? KEY_24 : null,
  };
  const crew = new Crew(devices);
  try {
    const { base, steps, ending } = planOf(seed);
    await crew.each('open', (device) => device.open(options), [0]);
    await crew.each('base', (device) => device.bulk(base), [0]);
    await crew.each('base', (device) => device.publish(), [0]);
    await crew.each('open', (device) => device.open(options), [1, 2]);
    await carryOutAll(crew, steps);
    await settle(crew);
    if (ending.length > 0) {
      await carryOutAll(crew, ending);
      await settle(crew);
    }

    const failures = [...crew.failures, ...(await compare(crew, readers, { format, ...options }))];
    return { seed, steps: steps.length, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the judge, the devices and fresh readers do not agree on. @returns {Promise<Failure[]>} */
async function compare(crew, readers, options) {
  let judged;
  try {
    judged = judge({ ...options, folder: options.remote });
    const replayed = difference(judged.history(), judged);
    if (replayed) throw new Error(`shards and events differ: ${replayed}`);
  } catch ({ message }) {
    // What the package wrote by itself can always be read: with one of ours among them, it is to blame.
    const isOurs = crew.devices.some(({ version }) => version === 'ours');
    return [{ device: 'of the judge', isOurs, step: 'end', message }];
  }
  const before = crew.failures.length;
  const check = (device) => checkAgainst(judged, device);
  await crew.each('end', check);
  const fresh = new Crew(readers);
  await fresh.each('fresh reader', (reader) => reader.open(options));
  await fresh.each('fresh reader', check);
  return [...crew.failures.splice(before), ...fresh.failures];
}

/** Devices of which some may fail: those are asked for nothing more. */
class Crew {
  /** @type {Failure[]} */
  failures = [];

  constructor(devices) {
    this.devices = devices;
    this.well = new Set(devices.keys());
  }

  async each(step, work, indices = [...this.devices.keys()]) {
    for (const index of indices.filter((each) => this.well.has(each))) {
      const device = this.devices[index];
      try {
        await work(device);
      } catch (error) {
        this.well.delete(index);
        const isOurs = device.version === 'ours';
        const name = `${index}: ${device.version}`;
        this.failures.push({ device: name, isOurs, step, message: error.message });
      }
    }
  }
}

async function carryOutAll(crew, steps) {
  for (const [index, step] of steps.entries()) {
    const name = `${step.operation} (${index + 1} of ${steps.length})`;
    await crew.each(name, (device) => carryOut(device, step), [step.device]);
  }
}

async function carryOut(device, { operation, docs, id }) {
  if (operation === 'put') await device.put(docs[0]);
  else if (operation === 'bulk') await device.bulk(docs);
  else if (operation === 'del') await device.del(id);
  else if (operation === 'compact') await device.compact();
  if (operation === 'pull' || operation === 'sync') await device.pull();
  if (operation === 'publish' || operation === 'sync') await device.publish();
}

/** All sync in turn until nobody's head changes. */
async function settle(crew) {
  let before = null;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const heads = [];
    await crew.each('settling', async (device) => {
      await carryOut(device, { operation: 'sync' });
      heads.push((await device.clock()).join());
    });
    const now = [...new Set(heads)];
    if (now.length <= 1 && now[0] === before) return;
    before = now.length === 1 ? now[0] : null;
  }
}

async function checkAgainst(judged, device) {
  const clock = await device.clock();
  if (clock.join() !== judged.clock.join()) {
    throw new Error(`its head is ${clock.join(' ')}, the judge's is ${judged.clock.join(' ')}`);
  }
  const different = difference(await device.allDocs(), judged);
  if (different) throw new Error(different);
}
