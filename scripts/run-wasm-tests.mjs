#!/usr/bin/env node
// Runs the C++ tests that were compiled to WebAssembly:
//
//   node scripts/run-wasm-tests.mjs build/wasm/fireproof-tests.js [ARGUMENT...]
//
// The arguments are Catch2's. Hands over the binary, because the loader of older Emscripten
// releases breaks on a Node that has `fetch`, and the environment, which a module does not see by
// itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [script, ...args] = process.argv.slice(2);
const path = resolve(script);
const createModule = createRequire(import.meta.url)(path);

function crashed(error) {
  console.error(error.stack);
  process.exit(1);
}

createModule({
  arguments: args,
  wasmBinary: readFileSync(path.replace(/\.js$/, '.wasm')),
  preRun: [(module) => Object.assign(module.ENV, process.env)],
  // Called at the end of main() and, with a trap, when the program crashed.
  quit: (code, reason) => (reason instanceof Error ? crashed(reason) : process.exit(code)),
}).catch(crashed);
