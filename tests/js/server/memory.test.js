// However many read the same object, and however slowly, the server has it in memory at most once.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serving } from '../cli/serving.js';
import { carCid } from './replica.js';

const MIB = 1024 * 1024;
const META = 'meta/fp.large.0.24/main.json';
const skip = !existsSync('/proc/self/status') && 'needs /proc';

const residentMiB = (pid) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const filesOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** Runs the server in a process of its own, so that its memory and files can be told from ours. */
async function withProcess(work) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-memory-'));
  const { child, url, ended } = await serving(['--dir', dir]);
  try {
    await work({ url, pid: child.pid });
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Connections that send a text, take the first bytes of the answer and no more. */
function unread(url, text, count) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('data', resolve));
      socket.pause();
      return socket;
    }),
  );
}

test(
  'memory: 60 readers of a meta of 16 MiB that do not read on take less than six copies of it',
  { skip },
  () =>
    withProcess(async ({ url, pid }) => {
      const body = Buffer.alloc(16 * MIB, 0x20);
      assert.equal((await fetch(url + META, { method: 'PUT', body })).status, 201);
      await (await fetch(url + META)).arrayBuffer();
      const before = residentMiB(pid);
      const sockets = await unread(url, `GET /${META} HTTP/1.1\r\nHost: x\r\n\r\n`, 60);
      await sleep(500);
      const more = residentMiB(pid) - before;
      sockets.forEach((socket) => socket.destroy());
      assert.ok(more < 96, `${more.toFixed()} MiB more for 60 readers of 16 MiB`);
      assert.equal((await fetch(url + META, { method: 'HEAD' })).status, 200);
    }),
);

test(
  'memory: requests that follow on one connection keep one file open, and too many end it',
  { skip },
  () =>
    withProcess(async ({ url, pid }) => {
      const car = Buffer.alloc(2 * MIB, 3);
      const path = `data/fp.x/${carCid(car)}.car`;
      assert.equal((await fetch(url + path, { method: 'PUT', body: car })).status, 201);
      const before = filesOf(pid);
      const request = `GET /${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const sockets = await unread(url, request.repeat(50), 4);
      await sleep(300);
      const more = filesOf(pid) - before;
      assert.ok(more <= 8, `4 connections and 4 files, not ${more}`);
      sockets.forEach((socket) => socket.destroy());

      const port = Number(new URL(url).port);
      const flood = connect(port, '127.0.0.1', () => flood.write(request.repeat(500)));
      flood.on('error', () => {}).resume();
      await new Promise((resolve) => flood.once('close', resolve));
      assert.equal((await fetch(url + path, { method: 'HEAD' })).status, 200);
    }),
);

test('memory: requests that follow on one connection are answered in their order', () =>
  withProcess(async ({ url }) => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const put = (name) =>
      `PUT /meta/fp.${name}.0.24/main.json HTTP/1.1\r\nHost: x\r\nContent-Length: ${name.length}\r\n\r\n${name}`;
    const get = (name) => `GET /meta/fp.${name}.0.24/main.json HTTP/1.1\r\nHost: x\r\n\r\n`;
    const last = 'GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const talk = async (requests) => {
      let answer = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () =>
        socket.write(`${requests.join('')}${last}`),
      );
      for await (const part of socket.setEncoding('latin1')) answer += part;
      return answer;
    };
    assert.equal((await talk(names.map(put))).match(/HTTP\/1.1 201 /g).length, 40);
    const bodies = (await talk(names.map(get))).match(/\r\n\r\nn\d+/g);
    assert.deepEqual(
      bodies,
      names.map((name) => `\r\n\r\n${name}`),
    );
  }));
