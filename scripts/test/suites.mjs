// The suites of `npm test`, in order.
import { build } from '../build.mjs';
import { inCheckout } from '../lib/checkout.mjs';
import { cmakeBuild } from '../lib/cmake.mjs';
import { filesBelow } from '../lib/files.mjs';
import { run } from '../lib/process.mjs';
import { catchCounts, nodeCounts, plainCounts } from './counts.mjs';
import { runLint } from './lint.mjs';
import { sharedGateway } from './shared-gateway.mjs';
import { runSimulator } from './simulator.mjs';

// The tests' output is passed through, and none may hang for ever.
const running = { echo: true, seconds: 2700 };
const fileMilliseconds = 600_000;

let building;
const dist = () => (building ??= build());

async function runNative() {
  await cmakeBuild('native-sanitized', 'fireproof-tests', 300);
  const env = { UBSAN_OPTIONS: 'print_stacktrace=1' };
  const tests = inCheckout('build', 'native-sanitized', 'fireproof-tests');
  return catchCounts(await run(tests, [], { ...running, env }));
}

async function runWasm() {
  await cmakeBuild('wasm', 'fireproof-tests', 300);
  const tests = inCheckout('build', 'wasm', 'fireproof-tests.js');
  const runner = inCheckout('scripts', 'run-wasm-tests.mjs');
  return catchCounts(await run(process.execPath, [runner, tests], running));
}

async function runJavaScript() {
  await dist();
  const files = filesBelow(inCheckout('tests', 'js'), /\.test\.js$/);
  const args = [
    '--test',
    '--test-concurrency=2',
    '--test-reporter=spec',
    `--test-timeout=${fileMilliseconds}`,
    ...files,
  ];
  const env = await sharedGateway();
  return nodeCounts(await run(process.execPath, args, { ...running, env }));
}

async function runBrowsers() {
  await dist();
  const env = await sharedGateway();
  const runner = inCheckout('tests', 'browser', 'run.mjs');
  return plainCounts(await run(process.execPath, [runner], { ...running, env }));
}

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} what one line for --help
 * @property {string[]} groups of set-up that it needs
 * @property {number} seconds about what it takes from nothing on a two-core machine
 * @property {() => Promise<{ passed: number, failed: number }>} run
 */

/** @type {Suite[]} */
export const suites = [
  {
    name: 'lint',
    what: 'clang-format, clang-tidy, ESLint, Prettier, tsc on the declarations',
    groups: ['build', 'lint'],
    seconds: 240,
    run: runLint,
  },
  {
    name: 'native',
    what: 'C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer',
    groups: ['build'],
    seconds: 360,
    run: runNative,
  },
  {
    name: 'wasm',
    what: 'the same C++ tests as WebAssembly in Node',
    groups: ['build'],
    seconds: 360,
    run: runWasm,
  },
  {
    name: 'simulator',
    what: 'fleets of devices and failing stores in virtual time, from 2,000 seeds, and planted faults',
    groups: ['build'],
    seconds: 360,
    run: runSimulator,
  },
  {
    name: 'js',
    what: 'the npm package, its server, interoperation and the structure of the sources, in Node',
    groups: ['build', 'peers', 's3', 'static', 'servers', 'ipfs'],
    seconds: 120,
    run: runJavaScript,
  },
  {
    name: 'browsers',
    what: 'the npm package in Chromium, Firefox and WebKitGTK',
    groups: ['build', 'browsers', 'peers', 's3', 'ipfs'],
    seconds: 180,
    run: runBrowsers,
  },
];
