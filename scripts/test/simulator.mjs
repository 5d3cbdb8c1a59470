// The simulator: many seeds on the engine as it is, then on engines with one planted fault each.
import { availableParallelism } from 'node:os';
import { inCheckout } from '../lib/checkout.mjs';
import { cmakeBuild } from '../lib/cmake.mjs';
import { run } from '../lib/process.mjs';
import { plainCounts } from './counts.mjs';

const seeds = 2000;

/** Parts that run at the same time: a seed uses one core. */
const parts = Math.min(availableParallelism(), 4);
const seconds = 900;

/** The faults of core/replicator/planted_faults.hpp: the guarantees, one of which each must be seen to break. */
const planted = { 1: 'G1,G2', 2: 'G2', 3: 'G3' };
const seedsForFaults = 200;

/** @param {string} target */
export const build = (target) => cmakeBuild('native', target, 240);

export const simulator = (suffix = '') =>
  inCheckout('build', 'native', `fireproof-simulator${suffix}`);

async function runPart(part) {
  const [from, end] = [part, part + 1].map((edge) => 1 + Math.round((edge * seeds) / parts));
  const args = ['--seeds', `${end - from}`, '--from', `${from}`];
  return plainCounts(await run(simulator(), args, { echo: true, seconds }));
}

export async function runSimulator() {
  await build('fireproof-simulators');
  const all = await Promise.all(Array.from({ length: parts }, (_, part) => runPart(part)));
  for (const [fault, guarantees] of Object.entries(planted)) {
    console.log(`\nplanted fault ${fault}, which breaks ${guarantees.replace(',', ' or ')}:`);
    const args = ['--seeds', `${seedsForFaults}`, '--finds', guarantees, '--trace', '12'];
    all.push(plainCounts(await run(simulator(`-fault-${fault}`), args, { echo: true, seconds })));
  }
  const sum = (key) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}
