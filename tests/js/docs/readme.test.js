// The example of the README runs, and the one for pages is the same program.
import * as esbuild from 'esbuild';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { withReplica } from '../server/replica.js';
import { blockAfter } from './markdown.js';

const FIXTURE = inCheckout('tests', 'fixtures', '0.24', 'e-1000-bulk');

const offline = `
import { fireproof } from 'fireproof-wasm';
const db = fireproof('demo');
const { rows } = await db.allDocs();
await db.close();
console.log(rows.length);
`;

/** Runs a program in the checkout, where it finds the package by its name. */
async function run(program, home) {
  const env = { ...process.env, HOME: home, USERPROFILE: home };
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: inCheckout(), env });
  return stdout;
}

test('the first example needs nothing but the package', async () => {
  const home = await mkdtemp(join(tmpdir(), 'fireproof-readme-'));
  try {
    assert.equal(await run(blockAfter('README.md', 'example: local'), home), 'Buy milk\n');
  } finally {
    await rm(home, { recursive: true });
  }
});

test('the example for React compiles, and renders', async () => {
  const contents = `${blockAfter('README.md', 'example: React')}
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    console.log(renderToString(createElement(Todos)));`;
  const { code } = await esbuild.transform(contents, { loader: 'jsx', jsx: 'automatic' });
  const printed = await run(code, inCheckout());
  assert.match(printed, /^<form><input value=""\/><small>on its way<\/small><\/form>\n$/);
});

test('the example for Node prints three documents, and leaves the database readable offline', () =>
  withReplica(
    async ({ url }) => {
      const home = await mkdtemp(join(tmpdir(), 'fireproof-readme-'));
      try {
        const example = blockAfter('README.md', 'example: Node');
        assert.match(example, /http:\/\/127\.0\.0\.1:8080\//);
        const printed = await run(example.replace('http://127.0.0.1:8080/', url), home);
        const { docs } = JSON.parse(await readFile(join(FIXTURE, 'expected.json'), 'utf8'));
        const first = docs.slice(0, 3).map(({ _id, name }) => `${_id} ${name}\n`);
        assert.equal(printed, first.join(''));
        assert.equal(await run(offline, home), '1000\n');
      } finally {
        await rm(home, { recursive: true });
      }
    },
    { dir: join(FIXTURE, 'remote') },
  ));

test('the example for pages differs in the lines that say so', () => {
  const node = blockAfter('README.md', 'example: Node').split('\n');
  const page = blockAfter('README.md', 'example: page').split('\n');
  const common = (lines, mark) => lines.map((line) => (line.endsWith(mark) ? '(differs)' : line));
  assert.deepEqual(common(page, ' // page'), common(node, ' // Node'));
  assert.equal(common(page, ' // page').filter((line) => line === '(differs)').length, 2);
});
