#!/usr/bin/env node
// npm run bench: the benchmarks of bench/, after setting up and building what they need.
import { build } from './build.mjs';

try {
  await build();
  await import('../bench/index.mjs');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
