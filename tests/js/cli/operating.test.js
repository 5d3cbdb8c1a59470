// What those who operate the server rely on: it says at once what is wrong, where it is seen, and lives on when its readers go.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseServeOptions } from '../../../js/cli/serve-options.js';
import { until } from '../../browser/assert.js';
import { CLI, serving } from './serving.js';

/** Runs the command line to its end. */
function run(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

async function inFolder(work) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-operating-'));
  try {
    await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs a server for the time of `work`. */
async function withServing(args, work) {
  const server = await serving(args);
  try {
    await work(server);
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
}

test('operating: the port is 8080 unless told otherwise, and one in use is said with a cure', async () => {
  assert.equal(parseServeOptions([], {}).port, 8080);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  await inFolder(async (dir) => {
    const { code, stdout, stderr } = await run('serve', '--dir', dir, '--port', String(port));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      new RegExp(`^fireproof-wasm serve: 127.0.0.1:${port} is in use: .*--port`),
    );
    const elsewhere = await run('serve', '--dir', dir, '--host', '192.0.2.1', '--port', '0');
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /no address of this machine \(EADDRNOTAVAIL\)/);
  });
  other.close();
});

test('operating: a folder that cannot be used ends the server at its start, with the reason', () =>
  inFolder(async (dir) => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    for (const [place, reason] of [
      [file, /it is a file/],
      [join(file, 'below'), /something on the way to it is a file/],
    ]) {
      const { code, stdout, stderr } = await run('serve', '--port', '0', '--dir', place);
      assert.deepEqual([code, stdout], [1, ''], place);
      assert.ok(stderr.startsWith('fireproof-wasm serve: objects cannot be stored in '), stderr);
      assert.ok(stderr.includes(place) && reason.test(stderr), stderr);
    }
    const made = join(dir, 'a', 'b');
    await withServing(['--dir', made], async () => assert.ok(existsSync(made)));
    assert.deepEqual(readdirSync(join(made, '.drafts')), [], 'what was tried is gone');
  }));

test('operating: it warns when anybody may write, and says what to do', () =>
  inFolder(async (dir) => {
    const store = ['--dir', join(dir, 'store')];
    const tokens = join(dir, 'tokens.json');
    await run('token', '--add', tokens);
    for (const [args, warning] of [
      [[], /^warning: anybody .* every web page .*--tokens FILE/],
      [['--origin', '*'], /^warning: anybody/],
      [['--origin', 'https://app.example/'], /^warning: any program .*--tokens FILE/],
      [['--tokens', tokens], null],
    ]) {
      await withServing([...store, ...args], async ({ errors, url }) => {
        await fetch(`${url}health`);
        assert.equal(errors.length, warning === null ? 0 : 1, errors.join());
        if (warning !== null) assert.match(errors[0], warning);
      });
    }
  }));

test('operating: token --add makes the file for its owner alone, adds to it, and never harms it', () =>
  inFolder(async (dir) => {
    const file = join(dir, 'tokens.json');
    const add = (...args) => run('token', '--add', file, ...args);
    const first = await add('--name', 'laptop', '--database', 'notes');
    assert.equal(first.code, 0);
    assert.match(first.stdout, /^[\w-]{43}\n$/);
    assert.match(first.stderr, /has 1 tokens now; .*SIGHUP/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const second = await add('--rights', 'read');
    const list = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(
      list.map(({ name, rights }) => [name, rights]),
      [
        ['laptop', 'write'],
        [undefined, 'read'],
      ],
    );
    const text = readFileSync(file, 'utf8');
    for (const { stdout } of [first, second]) assert.ok(!text.includes(stdout.trim()));
    const again = await add('--name', 'laptop');
    assert.deepEqual([again.code, again.stdout], [2, '']);
    assert.match(again.stderr, /there is a token named laptop/);
    for (const broken of [
      '{',
      '{}',
      '[{}]',
      '[{"token":"0123456789abcdef","databases":"*","rights":"read"}]',
    ]) {
      writeFileSync(file, broken);
      const { code, stdout, stderr } = await add();
      assert.deepEqual([code, stdout], [2, ''], broken);
      assert.ok(!stderr.includes('0123456789abcdef'));
      assert.equal(readFileSync(file, 'utf8'), broken);
    }
    assert.deepEqual(readdirSync(dir), ['tokens.json']);
    assert.equal((await run('token', '--add', join(dir, 'nowhere', 'x'))).code, 1);

    writeFileSync(file, text);
    await withServing(
      ['--dir', join(dir, 'store'), '--tokens', file],
      async ({ child, errors, url }) => {
        const status = async ({ stdout }) => {
          const headers = { Authorization: `Bearer ${stdout.trim()}` };
          return (await fetch(`${url}meta/fp.notes.0.24/main.json`, { headers })).status;
        };
        assert.equal(await status(first), 404);
        const third = await add('--name', 'phone');
        assert.equal(await status(third), 401);
        child.kill('SIGHUP');
        await until(() => errors.length === 1, 'the tokens are read again');
        assert.equal(await status(third), 404);
      },
    );
  }));

test('operating: SIGHUP without tokens ends nothing', () =>
  inFolder((dir) =>
    withServing(['--dir', dir], async ({ child, errors, url }) => {
      child.kill('SIGHUP');
      await until(() => errors.some((line) => /no tokens/.test(line)), 'it says so');
      assert.equal((await fetch(`${url}health`)).status, 200);
    }),
  ));

test('operating: whoever reads its log may go away: it serves on', () =>
  inFolder((dir) =>
    withServing(['--dir', dir, '--log', 'json'], async ({ child, errors, url, ended }) => {
      child.stdout.destroy();
      for (let count = 0; count < 20; count++) {
        assert.equal((await fetch(`${url}health`)).status, 200);
      }
      const told = errors.filter((line) => /standard output is gone: EPIPE/.test(line));
      assert.equal(told.length, 1, errors.join());
      child.stderr.destroy();
      child.kill('SIGHUP');
      assert.equal((await fetch(`${url}health`)).status, 200);
      child.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    }),
  ));

test('operating: what nobody caught is told on standard error, and the exit code is 1', async () => {
  const module = fileURLToPath(new URL('../../../js/cli/outputs.js', import.meta.url));
  for (const failure of [
    "setTimeout(() => { throw new Error('the reason'); })",
    "Promise.reject(new Error('the reason'))",
  ]) {
    const code = `import { reportFailures } from ${JSON.stringify(module)}; reportFailures(); setInterval(() => {}, 1000); ${failure};`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (part) => (text += part));
    assert.deepEqual(await once(child, 'close'), [1, null]);
    assert.match(text, /^fireproof-wasm: Error: the reason/);
  }
});
