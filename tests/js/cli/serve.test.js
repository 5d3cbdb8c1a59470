import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../browser/assert.js';
import { S3RVER_USER, startS3rver } from '../s3/s3rver.js';
import { Bucket } from '../server/buckets.js';
import { CLI, serving } from './serving.js';

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
  for (const option of ['dir DIR', 's3 BUCKET', 'tokens FILE', 'log json']) {
    assert.ok(stdout.includes(`--${option}`), option);
  }
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
    ['--log', 'text'],
    ['--public-read'],
    ['--tokens', '/nowhere/tokens.json'],
    ['--origin', 'app.example'],
    ['--server-name', 'replicas.example'],
    ['--max-car-bytes', '1e3'],
    ['--s3-prefix', 'x'],
    ['--s3', 'x', '--dir', 'y'],
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
    const child = spawn(process.execPath, [CLI, 'serve', '--dir', dir, '--port', '0'], {
      stdio: 'pipe',
    });
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

test('cli: serve with tokens from a file, read again at SIGHUP, and a log without secrets', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-cli-'));
  const file = join(dir, 'tokens.json');
  const make = async (...args) => {
    const { stdout, stderr } = await run('token', ...args);
    return { entry: JSON.parse(stdout), token: /^token: (\S+)\n$/.exec(stderr)[1] };
  };
  const first = await make('--name', 'laptop', '--database', 'notes');
  const second = await make('--name', 'phone', '--rights', 'read');
  assert.deepEqual([first.entry.databases, second.entry.databases], [['notes'], '*']);
  const save = (...entries) => writeFileSync(file, JSON.stringify(entries));
  save(first.entry);
  const args = ['--dir', join(dir, 'store'), '--tokens', file, '--log', 'json'];
  const { child, url, lines, errors, ended } = await serving(args);
  try {
    const meta = `${url}meta/fp.notes.0.24/main.json`;
    const ask = async ({ token }, method = 'GET') => {
      const headers = { Authorization: `Bearer ${token}` };
      const body = method === 'PUT' ? '[]' : undefined;
      const answer = await fetch(meta, { method, headers, body });
      await answer.text();
      return answer.status;
    };
    assert.equal(await ask(first, 'PUT'), 201);
    assert.equal(await ask(second), 401);
    save(second.entry);
    child.kill('SIGHUP');
    await until(() => errors.length === 1, 'the file was read');
    assert.deepEqual(
      [await ask(first), await ask(second), await ask(second, 'PUT')],
      [401, 200, 403],
    );
    save({ token: first.token, databases: '*', rights: 'write' });
    child.kill('SIGHUP');
    await until(() => errors.length === 2, 'the file was refused');
    assert.match(errors[1], /clear text/);
    assert.equal(await ask(second), 200, 'the tokens stay');
    await until(() => lines.length === 7, '7 lines');
    const [start, ...entries] = lines.map((line) => JSON.parse(line));
    assert.equal(start.url, url);
    const named = entries.map(({ status, token }) => `${status} ${token}`);
    const expected = ['201 laptop', '401 null', '401 null', '200 phone', '403 phone', '200 phone'];
    assert.deepEqual(named, expected);
    const shown = [...lines, ...errors].join();
    assert.ok(!shown.includes(first.token) && !shown.includes(second.token));
  } finally {
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    rmSync(dir, { recursive: true, force: true });
  }
});

test('cli: serve a bucket, with credentials from the environment', async () => {
  const service = await startS3rver();
  try {
    const bucket = await Bucket.make(service.endpoint, S3RVER_USER);
    const args = ['--s3', bucket.options.bucket, '--s3-endpoint', service.endpoint];
    const { code, stderr } = await run('serve', ...args, '--s3-region', 'us-east-1');
    assert.deepEqual([code, /AWS_SECRET_ACCESS_KEY/.test(stderr)], [2, true]);
    const { child, url, lines, ended } = await serving([...args, '--s3-prefix', 'team'], {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: S3RVER_USER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3RVER_USER.secretAccessKey,
    });
    try {
      assert.equal(lines[0], `serving s3://${bucket.options.bucket}/team at ${url}`);
      const meta = 'meta/fp.x.0.24/main.json';
      assert.equal((await fetch(url + meta, { method: 'PUT', body: '[]' })).status, 201);
      assert.equal(await (await bucket.send(`team/${meta}`)).text(), '[]');
    } finally {
      child.kill('SIGTERM');
      assert.deepEqual(await ended, [0, null]);
    }
  } finally {
    await service.stop();
  }
});
