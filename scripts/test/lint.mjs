// Formatting and static checks. Each counts as one test.
import { inCheckout } from '../lib/checkout.mjs';
import { cppFiles } from '../lib/files.mjs';
import { run } from '../lib/process.mjs';
import { step } from '../lib/steps.mjs';
import { tidy } from './tidy.mjs';

const fromNpm = (name, ...args) => run(inCheckout('node_modules', '.bin', name), args);

const checks = [
  {
    name: 'clang-format',
    seconds: 2,
    check: () => run('clang-format', ['--dry-run', '-Werror', ...cppFiles()]),
  },
  { name: 'clang-tidy', seconds: 240, check: tidy },
  { name: 'eslint', seconds: 3, check: () => fromNpm('eslint', '--max-warnings', '0', '.') },
  {
    name: 'prettier',
    seconds: 3,
    check: () => fromNpm('prettier', '--check', '--log-level', 'warn', '.'),
  },
  {
    name: 'tsc (declarations)',
    seconds: 3,
    check: () => fromNpm('tsc', '--project', 'tsconfig.json'),
  },
];

export async function runLint() {
  let failed = 0;
  for (const { name, seconds, check } of checks) {
    const { code, output } = await step(name, seconds, check);
    if (code === 0) continue;
    failed += 1;
    console.log(`${output.trimEnd()}\n✗ ${name} failed`);
  }
  return { passed: checks.length - failed, failed };
}
