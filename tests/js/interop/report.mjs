#!/usr/bin/env node
// Writes the tables of docs/interop.md: node tests/js/interop/report.mjs [--only operations|histories]
import { parseArgs } from 'node:util';
import { stopPeers } from './crew.js';
import { runHistories } from './histories/session.js';
import { operationsTable, outcomes, table } from './report/outcomes.js';
import { writePart } from './report/page.js';

const SEEDS = 200;

async function operations() {
  writePart('operations', operationsTable(await outcomes()));
}

async function histories() {
  const head = [
    'format',
    'devices',
    'seeds',
    'operations',
    'agree',
    'failures of ours',
    'of the package',
  ];
  const rows = [];
  for (const format of ['0.24', '0.14']) {
    for (const withoutUs of [false, true]) {
      const options = { format, from: 1, count: SEEDS, withoutUs, print: console.log };
      const { agreed, ours, package: theirs, operations: count } = await runHistories(options);
      const devices = withoutUs ? 'the package alone' : 'ours and the package';
      const numbers = [count, agreed, ours.length, theirs.length].map(String);
      rows.push([format, devices, `1 to ${SEEDS}`, ...numbers]);
    }
  }
  writePart('histories', table(head, rows));
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
try {
  if (values.only !== 'histories') await operations();
  if (values.only !== 'operations') await histories();
} finally {
  await stopPeers();
}
