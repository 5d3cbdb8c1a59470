// The examples of docs/connectors.md: one reads a real remote, the other passes the acceptance suite.
import { connectorCases } from 'fireproof-wasm/testing';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { blockAfter } from './markdown.js';

test('the example of connect.raw pulls and prints a document', async () => {
  const example = blockAfter('docs/connectors.md', 'example: raw');
  const args = ['--input-type=module', '--eval', example];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: inCheckout() });
  assert.match(stdout, /_id: 'doc-0000'/);
});

const MARKS = ['example: connector, folder.js', 'example: acceptance, folder.test.js'];

test('the example of a connector passes the acceptance suite, as the page shows it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fireproof-connector-'));
  try {
    for (const mark of MARKS) {
      const example = blockAfter('docs/connectors.md', mark).replaceAll(
        /from '(fireproof-wasm[^']*)'/g,
        (_, name) => `from '${import.meta.resolve(name)}'`,
      );
      await writeFile(join(dir, mark.split(', ')[1]), example);
    }
    await writeFile(join(dir, 'package.json'), '{ "type": "module" }');
    // Without NODE_TEST_CONTEXT, which would make it report to the runner of this file.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const args = ['--test', '--test-reporter=tap', 'folder.test.js'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir, env });
    assert.match(stdout, /^# fail 0$/m);
    const { name, run } = connectorCases({ makeRemote: () => {} }).at(-1);
    assert.ok(run && stdout.includes(`ok ${stdout.match(/^ {4}ok/gm).length} - ${name}`), stdout);
  } finally {
    await rm(dir, { recursive: true });
  }
});
