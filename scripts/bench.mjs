#!/usr/bin/env node
// npm run bench: the benchmarks of bench/, after setting up and building what they need.
//
//   npm run bench                               Chromium, ours and the JavaScript package in turn; bench/results.md
//   npm run bench -- --runs 5 --workloads w1    more runs, or fewer workloads, of w1,bulk10k
//   npm run bench -- --latency 20               20 ms more for each request
//   npm run bench -- --no-profile               without the profiles of what is not fast enough
//   npm run bench -- --runs 0                   only the profiles, of everything
//   npm run bench -- --node                     what Node alone can measure: reading, writing, the boundary
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { setUp } from './setup/index.mjs';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    runs: { type: 'string', default: '3' },
    workloads: { type: 'string', default: 'w1,bulk10k' },
    latency: { type: 'string', default: '0' },
    profile: { type: 'boolean', default: true },
    node: { type: 'boolean', default: false },
  },
});

/** The package with readable names, for profiles. */
async function namedPackage() {
  await cmakeBuild('wasm-named', 'fireproof-wasm', 120);
  const { bundleForProfiles } = await import('./build/bundle.mjs');
  return bundleForProfiles();
}

try {
  await build();
  const { benchBrowser, benchNode, WORKLOADS } = await import('../bench/index.mjs');
  const workloads = values.workloads.split(',');
  const unknown = workloads.filter((name) => !Object.hasOwn(WORKLOADS, name));
  if (unknown.length > 0) throw new Error(`no workload ${unknown}; ${Object.keys(WORKLOADS)}`);
  if (values.node) {
    await benchNode();
  } else {
    await setUp(['browsers']);
    const [runs, latency] = [values.runs, values.latency].map(Number);
    await benchBrowser({ workloads, runs, latency, isProfiled: values.profile }, namedPackage);
  }
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
}
