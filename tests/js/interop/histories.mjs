#!/usr/bin/env node
// Random histories of three devices, ours and the real package mixed, compared with the judge.
import { parseArgs } from 'node:util';
import { runHistories } from './histories/session.js';

const help = `Usage: node tests/js/interop/histories.mjs [--format 0.24|0.14] [--seeds N] [--from SEED] [--without-us]

Runs N histories (default 200) from a seed on (default 1), of one format or of both.
--without-us runs them on the real package alone, which tells its own failures from ours.
The exit code is 1 if our engine ended otherwise than the judge.`;

const { values } = parseArgs({
  options: {
    format: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    'without-us': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  for (const format of values.format ? [values.format] : ['0.24', '0.14']) {
    const [from, count] = [Number(values.from), Number(values.seeds)];
    const start = performance.now();
    const withoutUs = values['without-us'];
    const summary = await runHistories({ format, from, count, withoutUs, print: console.log });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${format}: seeds ${from} to ${from + count - 1}, ${summary.operations} operations, ` +
        `${summary.agreed} agree, ${summary.ours.length} failures of ours, ` +
        `${summary.package.length} of the package, ${seconds} s`,
    );
    if (summary.ours.length > 0) process.exitCode = 1;
  }
}
