#!/usr/bin/env node
// npm run build: dist/ complete, after setting up what is missing for it.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reportSizes } from './build/sizes.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { duration, secondsSince, step } from './lib/steps.mjs';
import { setUp } from './setup/index.mjs';

/** @throws {Error} with a message for the user */
export async function build() {
  await setUp(['build']);
  await cmakeBuild('wasm', 'fireproof-wasm', 120);
  const { bundle } = await import('./build/bundle.mjs');
  await step('Bundling dist/', 1, bundle);
  reportSizes();
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const start = performance.now();
  try {
    await build();
    console.log(`Built in ${duration(secondsSince(start))}.`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
