// However a run of tests ends, nothing of it goes on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./daemons-child.js', import.meta.url));

const ENDS = {
  SIGINT: (child) => child.kill('SIGINT'),
  SIGTERM: (child) => child.kill('SIGTERM'),
  SIGHUP: (child) => child.kill('SIGHUP'),
  'a failure': (child) => child.stdin.write('fail'),
};

for (const [name, end] of Object.entries(ENDS)) {
  test(`daemons end, and their folder goes, with a process that is ended by ${name}`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'fireproof-daemons-'));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const args = [CHILD, dir, String(server.address().port)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    const [connection] = await once(server, 'connection');
    connection.on('error', () => {}).resume();
    const gone = once(connection, 'close');
    assert.ok(existsSync(dir));
    end(child);
    await Promise.all([ended, gone]);
    assert.equal(existsSync(dir), false);
    server.close();
  });
}
