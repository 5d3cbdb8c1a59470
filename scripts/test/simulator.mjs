// The simulator: many seeds on the engine as it is, then on engines with one planted fault each.
import { inCheckout } from '../lib/checkout.mjs';
import { cmakeBuild } from '../lib/cmake.mjs';
import { run } from '../lib/process.mjs';
import { plainCounts } from './counts.mjs';

const seeds = 2000;
const seconds = 900;

/** The faults of core/replicator/planted_faults.hpp: the guarantees, one of which each must be seen to break. */
const planted = { 1: 'G1,G2', 2: 'G2', 3: 'G3' };
const seedsForFaults = 200;

/** @param {string} target */
export const build = (target) => cmakeBuild('native', target, 240);

export const simulator = (suffix = '') =>
  inCheckout('build', 'native', `fireproof-simulator${suffix}`);

export async function runSimulator() {
  await build('fireproof-simulators');
  const all = [
    plainCounts(await run(simulator(), ['--seeds', `${seeds}`], { echo: true, seconds })),
  ];
  for (const [fault, guarantees] of Object.entries(planted)) {
    console.log(`\nplanted fault ${fault}, which breaks ${guarantees.replace(',', ' or ')}:`);
    const args = ['--seeds', `${seedsForFaults}`, '--finds', guarantees, '--trace', '12'];
    all.push(plainCounts(await run(simulator(`-fault-${fault}`), args, { echo: true, seconds })));
  }
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}
