import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { stopPeers } from './crew.js';
import { operationsTable, outcomes } from './report/outcomes.js';
import { readPart } from './report/page.js';

after(stopPeers);

test('docs/interop.md says what the packages make of each operation of ours', async () => {
  const actual = operationsTable(await outcomes());
  assert.equal(
    actual,
    readPart('operations'),
    'node tests/js/interop/report.mjs --only operations',
  );
});
