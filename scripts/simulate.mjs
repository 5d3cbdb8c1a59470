#!/usr/bin/env node
// npm run simulate -- --seeds 100000 --from 1: fleets of devices in virtual time, see docs/testing.md.
import { build, simulator } from './test/simulator.mjs';
import { run } from './lib/process.mjs';
import { setUp } from './setup/index.mjs';

try {
  await setUp(['build']);
  await build('fireproof-simulator');
  const { code } = await run(simulator(), process.argv.slice(2), { echo: true });
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
