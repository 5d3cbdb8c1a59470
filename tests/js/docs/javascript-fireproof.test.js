// Both examples of docs/javascript-fireproof.md write with the real package, and our engine reads what arrived.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { connect, fireproof } from 'fireproof-wasm';
import { inCheckout } from '../../../scripts/lib/checkout.mjs';
import { peerFolder } from '../../../scripts/setup/peer-packages.mjs';
import { withReplica } from '../package/devices.js';
import { presetKey } from '../interop/peers/key-bag.js';
import { blockAfter } from './markdown.js';

const KEY = '0f'.repeat(16);

const bundle = (folder, file) => pathToFileURL(join(peerFolder(folder), 'dist', 'node', file)).href;

/** Where the 0.14 packages lie here; the checkout has those of 0.24 under the names. */
const PACKAGES_014 = {
  '@fireproof/core': bundle('fireproof-core-0.14.9', 'fireproof.esm.js'),
  '@fireproof/connect': bundle('fireproof-connect-0.14.1', 'index.esm.js'),
};

for (const format of ['0.24', '0.14']) {
  test(`the example for Fireproof ${format} stores a document that we read`, () =>
    withReplica(async ({ url }) => {
      const home = await mkdtemp(join(tmpdir(), 'fireproof-example-'));
      const key = format === '0.24' ? KEY : undefined;
      const db = fireproof('demo', { format, key, storage: 'memory' });
      try {
        let example = blockAfter('docs/javascript-fireproof.md', `example: ${format}`);
        assert.match(example, /http:\/\/127\.0\.0\.1:8080\//);
        example = example.replace('http://127.0.0.1:8080/', url);
        if (format === '0.14') {
          example = example.replaceAll(
            /'(@fireproof\/\w+)'/g,
            (_, name) => `'${PACKAGES_014[name]}'`,
          );
        } else presetKey(join(home, 'keys'), 'demo', KEY);
        const env = { ...process.env, HOME: home, FP_KEYBAG_URL: `file://${home}/keys` };
        const args = ['--input-type=module', '--eval', example];
        await promisify(execFile)(process.execPath, args, {
          cwd: inCheckout(),
          env,
          timeout: 30_000,
        });
        await connect.rest(db, { url, poll: 0 }).loaded;
        assert.equal((await db.get('greeting')).text, 'from the package');
      } finally {
        await db.destroy();
        await rm(home, { recursive: true });
      }
    }));
}
