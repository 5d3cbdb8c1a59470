#!/usr/bin/env node
// npm run format: lays out all sources as `npm run lint` wants them.
import { inCheckout } from './lib/checkout.mjs';
import { cppFiles } from './lib/files.mjs';
import { runOrThrow } from './lib/process.mjs';
import { setUp } from './setup/index.mjs';

try {
  await setUp(['lint']);
  await runOrThrow('clang-format', ['-i', ...cppFiles()]);
  await runOrThrow(inCheckout('node_modules', '.bin', 'prettier'), [
    '--write',
    '--log-level',
    'warn',
    '.',
  ]);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
