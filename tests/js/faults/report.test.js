// The same scripts with the package as writer: a report of what it loses. docs/faults.md keeps one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../interop/report/outcomes.js';
import { head, packageReport } from './report.js';
import { rows } from './rows.js';

test('what the package makes of the same scripts is told, not asserted', async (t) => {
  const report = await packageReport();
  for (const line of table(head, report).split('\n')) t.diagnostic(line);
  assert.equal(report.length, rows.filter(({ oursOnly }) => !oursOnly).length + 2);
  assert.ok(report.flat().every((cell) => cell.length > 0));
});
