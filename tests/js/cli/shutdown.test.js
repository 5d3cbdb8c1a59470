// How `serve` ends: asked to, with an upload under way, and killed at any moment.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../browser/assert.js';
import { carCid } from '../server/replica.js';
import { serving } from './serving.js';

const car = Buffer.alloc(300_000, 5);
const CAR = `data/fp.x/${carCid(car)}.car`;

/** Starts an upload and leaves it at its middle. */
async function startUpload(url, dir) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const upload = { socket, answer: '', isClosed: false };
  socket.on('error', () => {}).on('close', () => (upload.isClosed = true));
  socket.setEncoding('latin1').on('data', (data) => (upload.answer += data));
  socket.write(`PUT /${CAR} HTTP/1.1\r\nHost: x\r\nContent-Length: ${car.length}\r\n\r\n`);
  socket.write(car.subarray(0, 100_000));
  const drafts = () => {
    try {
      return readdirSync(join(dir, '.drafts'));
    } catch {
      return [];
    }
  };
  await until(() => drafts().length === 1, 'the upload began');
  return { upload, drafts };
}

async function inFolder(work) {
  const dir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-shutdown-'));
  const running = [];
  const start = async (...args) => {
    const server = await serving(['--dir', dir, ...args]);
    running.push(server);
    return server;
  };
  try {
    await work({ dir, start });
  } finally {
    for (const { child, ended } of running) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(dir, { recursive: true, force: true });
  }
}

test('shutdown: an upload that is under way at SIGTERM finishes, nobody else is let in', () =>
  inFolder(async ({ dir, start }) => {
    const { child, url, ended } = await start();
    const { upload } = await startUpload(url, dir);
    child.kill('SIGTERM');
    const isRefused = () =>
      fetch(url).then(
        () => false,
        (error) => error.cause?.code === 'ECONNREFUSED',
      );
    while (!(await isRefused())) await sleep(20);
    for (let offset = 100_000; offset < car.length; offset += 50_000) {
      upload.socket.write(car.subarray(offset, offset + 50_000));
      await sleep(100);
    }
    await until(() => upload.isClosed, 'the answer came and the connection ended');
    assert.match(upload.answer, /^HTTP\/1\.1 201 /);
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(readFileSync(join(dir, CAR)), car);
  }));

test('shutdown: an upload that does not finish is broken off, and leaves nothing', () =>
  inFolder(async ({ dir, start }) => {
    const { child, url, ended } = await start();
    const { drafts } = await startUpload(url, dir);
    child.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(drafts(), []);
    assert.deepEqual(readdirSync(dir), ['.drafts']);
  }));

test('killed while it stores: what was acknowledged is there, and nothing is there in parts', () =>
  inFolder(async ({ dir, start }) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const repeat = `repeat with SEED=${seed} node --test tests/js/cli/shutdown.test.js`;
    const stored = new Map();
    let last = -1;
    let broken = 0;
    let state = seed;
    const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

    /** Writes CARs and metas until the server is gone. */
    async function write(url, worker) {
      for (let index = 0; ; index++) {
        const bytes = createHash('sha256')
          .update(`${seed} ${stored.size} ${worker} ${index}`)
          .digest();
        const body = Buffer.alloc(100_000 + Math.floor(random() * 900_000), bytes);
        const path = `data/fp.x/${carCid(body)}.car`;
        const number = stored.size;
        const meta = JSON.stringify(Array(5000).fill(number));
        try {
          const { status } = await fetch(url + path, { method: 'PUT', body });
          if (status !== 201) throw new assert.AssertionError({ message: `${status}` });
          stored.set(path, body.length);
          const answer = await fetch(`${url}meta/fp.x.0.24/main.json`, {
            method: 'PUT',
            body: meta,
          });
          if (answer.ok) last = Math.max(last, number);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          broken += 1;
          return;
        }
      }
    }

    const check = async (url) => {
      for (const name of readdirSync(join(dir, 'data', 'fp.x'))) {
        const bytes = readFileSync(join(dir, 'data', 'fp.x', name));
        assert.equal(name, `${carCid(bytes)}.car`, repeat);
      }
      for (const [path, length] of stored) {
        const { headers, status } = await fetch(url + path, { method: 'HEAD' });
        assert.deepEqual([status, headers.get('content-length')], [200, String(length)], repeat);
      }
      const numbers = await (await fetch(`${url}meta/fp.x.0.24/main.json`)).json();
      assert.equal(numbers.length, 5000, repeat);
      assert.equal(new Set(numbers).size, 1, repeat);
    };

    for (let round = 0; round < 5; round++) {
      const { child, url, ended } = await start();
      if (stored.size > 0) await check(url);
      const writers = [0, 1, 2].map((worker) => write(url, worker));
      const before = stored.size;
      const isUnderWay = () => stored.size >= before + 3 && last >= 0;
      await until(isUnderWay, 'some uploads succeeded');
      await sleep(random() * 100);
      child.kill('SIGKILL');
      await ended;
      await Promise.all(writers);
    }
    const { url } = await start();
    await check(url);
    assert.equal(broken, 15, 'uploads were under way each time');
    assert.ok(stored.size > 10 && last >= 0, `${stored.size} CARs, meta ${last}; ${repeat}`);
  }));
