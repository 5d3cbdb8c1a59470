import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../..', import.meta.url));

const program = `
import { fireproof, connect, ReplicationError } from 'fireproof-wasm';
import { createServer } from 'fireproof-wasm/server';
import { attachable, folderQueue } from 'fireproof-wasm/interop';
const db = fireproof('elsewhere', { storage: 'memory' });
const { rows } = await db.allDocs();
await db.close();
const { fetch } = createServer({ dir: '.' });
const { status } = await fetch(new Request('http://localhost/data/fp.x/no-cid.car'));
console.log(JSON.stringify([rows.length, typeof connect.rest, ReplicationError.name, status]));
if (typeof attachable !== 'function' || typeof folderQueue !== 'function') throw new Error('no adapters');
`;

test('the packed tarball works where it is installed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fireproof-tarball-'));
  try {
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: checkout });
    const [{ filename, files }] = JSON.parse(stdout);
    const paths = files.map(({ path }) => path);
    for (const path of [
      'README.md',
      'LICENSE-MIT',
      'LICENSE-APACHE',
      'NOTICE.md',
      'dist/browser.js',
    ]) {
      assert.ok(paths.includes(path), path);
    }
    assert.deepEqual(
      paths.filter((path) => !/^(dist\/|[A-Z-]+(\.md)?$|package\.json$)/.test(path)),
      [],
    );
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'program.js'), program);
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`];
    await run('npm', install, { cwd: folder });
    const printed = await run(process.execPath, ['program.js'], { cwd: folder });
    assert.deepEqual(JSON.parse(printed.stdout), [0, 'function', 'ReplicationError', 400]);
    const bin = join(folder, 'node_modules', '.bin', 'fireproof-wasm');
    assert.match((await run(bin, ['--help'])).stdout, /serve/);
    const { scripts } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
    for (const hook of ['preinstall', 'install', 'postinstall'])
      assert.equal(scripts[hook], undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
});
