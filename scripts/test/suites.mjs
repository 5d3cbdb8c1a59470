// The suites of `npm test`, in order. Each needs some groups of set-up, takes about so many seconds from nothing, and
// runs to `{ passed, failed }`.
import { build } from '../build.mjs';
import { inCheckout } from '../lib/checkout.mjs';
import { cmakeBuild } from '../lib/cmake.mjs';
import { filesBelow } from '../lib/files.mjs';
import { run } from '../lib/process.mjs';
import { catchCounts, nodeCounts, plainCounts } from './counts.mjs';
import { runLint } from './lint.mjs';

const echo = true;

async function runNative() {
  await cmakeBuild('native-sanitized', 'fireproof-tests', 300);
  const env = { UBSAN_OPTIONS: 'print_stacktrace=1' };
  const tests = inCheckout('build', 'native-sanitized', 'fireproof-tests');
  return catchCounts(await run(tests, [], { echo, env }));
}

async function runWasm() {
  await cmakeBuild('wasm', 'fireproof-tests', 300);
  const tests = inCheckout('build', 'wasm', 'fireproof-tests.js');
  const runner = inCheckout('scripts', 'run-wasm-tests.mjs');
  return catchCounts(await run(process.execPath, [runner, tests], { echo }));
}

async function runJavaScript() {
  await build();
  const files = filesBelow(inCheckout('tests', 'js'), /\.test\.js$/);
  const args = ['--test', '--test-reporter=spec', ...files];
  return nodeCounts(await run(process.execPath, args, { echo }));
}

async function runBrowsers() {
  await build();
  return plainCounts(
    await run(process.execPath, [inCheckout('tests', 'browser', 'run.mjs')], { echo }),
  );
}

/** @type {{ name: string, what: string, groups: string[], seconds: number, run(): Promise<{ passed: number, failed: number }> }[]} */
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
    name: 'js',
    what: 'the npm package, its server and the structure of the sources, in Node',
    groups: ['build'],
    seconds: 120,
    run: runJavaScript,
  },
  {
    name: 'browsers',
    what: 'the npm package in Chromium, Firefox and WebKitGTK',
    groups: ['build', 'browsers'],
    seconds: 180,
    run: runBrowsers,
  },
];
