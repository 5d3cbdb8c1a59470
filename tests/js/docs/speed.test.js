// The table of speeds in README.md is that of bench/results.md.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { speedTable } from '../../../scripts/docs/speed.mjs';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';

const results = `# Results

- 2026-01-01, 3 runs
- 2 × a processor, load average 1.0 to 2.0 while measuring
- a browser

| workload | measure | ours                 | peer                   | faster by         | aim  |
| -------- | ------- | -------------------- | ---------------------- | ----------------- | ---- |
| 300 puts | local   | 10 ms (9 ms to 2 s)  | 100 ms (90 ms to 9 s)  | 10 × (9 × to 11 ×) | 10 × |
| 300 puts | reopen  | 10 ms                | never: 0 documents, x  | –                 | 10 × |

text
`;

test('speed: medians without extremes, and what the peer never does', () => {
  assert.deepEqual(speedTable(results).trim().split('\n'), [
    '| workload | measure | ours  | peer   | faster by |',
    '| -------- | ------- | ----- | ------ | --------- |',
    '| 300 puts | local   | 10 ms | 100 ms | 10 ×      |',
    '| 300 puts | reopen  | 10 ms | never  | –         |',
    '',
    'Medians; 2 × a processor, load average 1.0 to 2.0 while measuring.',
  ]);
});

test('speed: results without a table are an error', () => {
  assert.throws(() => speedTable('# Results\n'), /no table/);
});

test('speed: the table in README.md is made of the results', () => {
  const script = inCheckout('scripts', 'docs', 'speed.mjs');
  const { stderr, status } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
