// The check of the table of sizes finds what is wrong with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, parseTable } from '../../../scripts/docs/sizes.mjs';

const table = `
| file              | for  |    kB | kB after gzip -9 |
| ----------------- | ---- | ----: | ---------------: |
| \`dist/page.js\`    | page | 100.0 |             30.0 |
| \`dist/shared-*.js\` | all  |   0.2 |              0.1 |
`;

const measured = (raw, gzip) =>
  new Map([
    ['page.js', { raw, gzip }],
    ['shared-*.js', { raw: 214, gzip: 96 }],
  ]);

test('sizes: what is within 2 %, or 100 bytes of a small file, is right', () => {
  assert.deepEqual(differences(parseTable(table), measured(101_900, 29_500)), []);
});

test('sizes: a size that is off is told, in both directions', () => {
  const found = differences(parseTable(table), measured(103_000, 29_000));
  assert.equal(found.length, 2);
  assert.match(found[0], /dist\/page\.js, raw: 103\.0 kB, the table says 100\.0/);
});

test('sizes: files that came and went are told', () => {
  const rows = measured(100_000, 30_000);
  rows.set('new.js', { raw: 1, gzip: 1 });
  rows.delete('shared-*.js');
  const found = differences(parseTable(table), rows);
  assert.deepEqual(found, [
    'dist/shared-*.js is in the table, but is not built',
    'dist/new.js is not in the table',
  ]);
});
