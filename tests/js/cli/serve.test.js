import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../js/cli/index.js', import.meta.url));

/** Runs the command line to its end. */
function run(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test('cli: --help explains the commands', async () => {
  const { code, stdout } = await run('--help');
  assert.equal(code, 0);
  assert.match(stdout, /serve \[--dir DIR\] \[--port N\] \[--host H\]/);
});

test('cli: what it does not understand is answered with help and exit code 2', async () => {
  for (const args of [[], ['unknown'], ['toString'], ['--version-of-nothing']]) {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /Usage: fireproof-wasm/);
    assert.equal(stdout, '');
  }
  for (const args of [
    ['--port', 'x'],
    ['--port', '70000'],
    ['--port', '-1'],
    ['--colour'],
    ['extra'],
  ]) {
    const { code, stderr } = await run('serve', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /^fireproof-wasm serve: /);
  }
});

test('cli: a port in use is exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { code, stderr } = await run('serve', '--port', String(other.address().port));
  other.close();
  assert.equal(code, 1);
  assert.match(stderr, /EADDRINUSE/);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`cli: serve prints its address, serves the folder, and ends at ${signal}`, async () => {
    const dir = join(mkdtempSync(join(tmpdir(), 'fireproof-wasm-cli-')), 'store');
    const child = spawn(process.execPath, [CLI, 'serve', '--dir', dir], { stdio: 'pipe' });
    try {
      const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
      const [, url] = /^serving .* at (http:\/\/127\.0\.0\.1:\d+\/)\n$/.exec(line);
      const meta = `${url}meta/fp.x.0.24/main.json`;
      assert.equal((await fetch(meta, { method: 'PUT', body: '[]' })).status, 201);
      assert.equal(await (await fetch(meta)).text(), '[]');
      assert.ok(existsSync(join(dir, 'meta', 'fp.x.0.24', 'main.json')));
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    } finally {
      child.kill('SIGKILL');
      rmSync(join(dir, '..'), { recursive: true, force: true });
    }
  });
}
