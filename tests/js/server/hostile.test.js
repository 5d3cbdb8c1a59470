import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../browser/assert.js';
import { carCid, withReplica } from './replica.js';

const car = Buffer.from('the bytes of a CAR');
const CID = carCid(car);

/** Sends bytes as they are and gives back whatever comes until the connection ends. */
function send(url, text) {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.setTimeout(3000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (data) => (answer += data));
    socket.on('error', () => {}).on('close', () => resolve(answer));
  });
}

const request = (line, headers = '', body = '') =>
  `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${body}`;

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

const CLIMBING = [
  '/data/../../etc/passwd',
  '/data/%2e%2e/%2e%2e/etc/passwd',
  '/data/..%2f..%2fetc/passwd',
  `/data/fp.x/..%2f..%2f${CID}.car`,
  `/data/fp.%2e%2e%2f%2e%2e%2fx/${CID}.car`,
  `/data/fp.x%2f..%2f..%2f..%2fy/${CID}.car`,
  `/data/fp.%2fetc/${CID}.car`,
  `/data/fp../${CID}.car`,
  `/data/fp.../${CID}.car`,
  `/data/fp.%2e%2e/${CID}.car`,
  `/data/fp.x%00/${CID}.car`,
  `/data/fp.x%5c..%5cy/${CID}.car`,
  `/data/fp.x\\..\\y/${CID}.car`,
  `/data/fp.x%0d%0aX/${CID}.car`,
  `/data/fp./${CID}.car`,
  `/data/x/${CID}.car`,
  `/data/fp.x/${CID}`,
  `/data/fp.x/${CID.toUpperCase()}.car`,
  `/data/fp.x/${CID.slice(0, -1)}7.car`,
  `/data/fp.x/${CID}.car/`,
  `/data/fp.x/${CID}.car%00`,
  `/data/fp.x/.${CID}.car`,
  '/data/fp.x/x.car',
  '/data/fp.x/main.json',
  '/data/%/x.car',
  '/data/%ff/x.car',
  `/data/fp.${'x'.repeat(300)}/${CID}.car`,
  `/data/fp.${'%E2%98%83'.repeat(90)}/${CID}.car`,
  '/meta/fp.x/main.json',
  '/meta/fp.x.0.24/other.json',
  '/meta/fp..0.24/main.json',
  '/meta/fp.%2e%2e.0.24/main.json',
  '/meta/fp.x%2f..%2f..%2fy.0.24/main.json',
  '/.drafts/x',
  '//data/fp.x/x.car',
  '/',
  '/etc/passwd',
];

test('server: no path leads out of the folder, for reading or writing', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'fireproof-wasm-hostile-'));
  const dir = join(outside, 'deep', 'store');
  mkdirSync(dir, { recursive: true });
  for (const name of [`${CID}.car`, 'main.json']) writeFileSync(join(dirname(dir), name), 'secret');
  try {
    await withReplica(
      async ({ url }) => {
        for (const path of CLIMBING) {
          const put = await send(
            url,
            request(`PUT ${path}`, `Content-Length: ${car.length}\r\n`, car),
          );
          assert.ok([400, 404].includes(statusOf(put)), `PUT ${path}: ${put}`);
          const get = await send(url, request(`GET ${path}`));
          assert.ok([400, 404].includes(statusOf(get)), `GET ${path}: ${get}`);
          assert.ok(!get.includes('secret') && !get.includes('root:'), path);
        }
      },
      { dir },
    );
    assert.deepEqual(readdirSync(dir), []);
    assert.deepEqual(readdirSync(dirname(dir)).sort(), [`${CID}.car`, 'main.json', 'store'].sort());
    assert.deepEqual(readdirSync(outside), ['deep']);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test('server: malformed names are 400, paths without objects 404', () =>
  withReplica(async ({ url }) => {
    const ask = async (path) => statusOf(await send(url, request(`GET ${path}`)));
    assert.equal(await ask(`/data/fp.%2e%2e%2fx/${CID}.car`), 400);
    assert.equal(await ask(`/data/fp.x%00/${CID}.car`), 400);
    assert.equal(await ask(`/data/fp.x%5cy/${CID}.car`), 400);
    assert.equal(await ask('/data/%/x.car'), 400);
    assert.equal(await ask('/elsewhere'), 404);
  }));

test('server: unusual database names have folders of their own inside the folder', () =>
  withReplica(async ({ url, dir }) => {
    const names = [
      'a/b',
      'a b',
      'a%2Fb',
      'ü ☃',
      'a:b*c?d"e<f>g|h',
      'fp.x',
      '.hidden',
      'a..b',
      '0.24',
      'A',
    ];
    for (const name of names) {
      const path = `data/${encodeURIComponent(`fp.${name}`)}/${CID}.car`;
      const response = await fetch(url + path, { method: 'PUT', body: car });
      assert.equal(response.status, 201, name);
      assert.equal((await fetch(url + path)).status, 200, name);
      const meta = `meta/${encodeURIComponent(`fp.${name}.0.24`)}/main.json`;
      assert.equal((await fetch(url + meta, { method: 'PUT', body: '[]' })).status, 201, name);
    }
    const folders = readdirSync(join(dir, 'data'));
    assert.equal(folders.length, names.length);
    assert.ok(folders.includes('fp.ü ☃') && folders.includes('fp.a%2Fb'), `${folders}`);
  }));

test('server: garbage is answered or dropped, and the server lives on', () =>
  withReplica(async ({ url }) => {
    const put = `PUT /data/fp.x/${CID}.car`;
    const garbage = [
      'garbage\r\n\r\n',
      '\0\0\0\0',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /data HTTP/1.1\r\nConnection: close\r\n\r\n',
      'GET /data HTTP/1.1\r\nHost: a b\\c\r\nConnection: close\r\n\r\n',
      request('GET http://[/x'),
      request('GET *'),
      request('OPTIONS *'),
      request('BREW /data'),
      request('TRACE /data/fp.x'),
      request('CONNECT localhost:1'),
      request('POST /meta/fp.x.0.24/main.json', 'Content-Length: 2\r\n', '[]'),
      request('DELETE /meta/fp.x.0.24/main.json'),
      request(put, 'Content-Length: 99999999999999999999\r\n', 'x'),
      request(put, 'Content-Length: -1\r\n', 'x'),
      request(put, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      request(put, 'Transfer-Encoding: chunked\r\n', 'zz\r\n'),
      request(put, 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      request(put),
      request(put, 'If-Match: "\r\n'),
      request('GET /meta/fp.x.0.24/main.json', 'Range: bytes=99999999999999999999-\r\n'),
      request('GET /' + 'x'.repeat(100_000)),
      request('GET /', `X: ${'y'.repeat(100_000)}\r\n`),
    ];
    for (const text of garbage) {
      const status = statusOf(await send(url, text));
      const shown = JSON.stringify(text.slice(0, 80));
      assert.ok(
        Number.isNaN(status) || (status >= 400 && status < 500) || status === 204,
        `${shown}: ${status}`,
      );
    }
    assert.equal(
      (await fetch(`${url}data/fp.x/${CID}.car`, { method: 'PUT', body: car })).status,
      201,
    );
  }));

test('server: an upload that breaks off leaves nothing', () =>
  withReplica(async ({ url, dir }) => {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      request(`PUT /data/fp.x/${CID}.car`, `Content-Length: ${car.length}\r\n`, 'the bytes'),
    );
    const drafts = join(dir, '.drafts');
    await until(() => existsSync(drafts) && readdirSync(drafts).length === 1, 'the upload began');
    socket.destroy();
    await until(() => readdirSync(drafts).length === 0, 'the draft is gone');
    assert.equal((await fetch(`${url}data/fp.x/${CID}.car`)).status, 404);
    await fetch(`${url}data/fp.x/${CID}.car`, { method: 'PUT', body: car });
    assert.deepEqual(readFileSync(join(dir, 'data', 'fp.x', `${CID}.car`)), car);
  }));

test(
  'server: a reader that goes away does not keep the file open',
  { skip: !existsSync('/proc/self/fd') && 'needs /proc' },
  () =>
    withReplica(async ({ url }) => {
      const large = Buffer.alloc(20_000_000, 3);
      const path = `data/fp.x/${carCid(large)}.car`;
      await fetch(url + path, { method: 'PUT', body: large });
      const open = () => readdirSync('/proc/self/fd').length;
      const before = open();
      for (let round = 0; round < 20; round++) {
        const controller = new AbortController();
        const response = await fetch(url + path, { signal: controller.signal });
        await response.body.getReader().read();
        controller.abort();
        await fetch(url + path, { method: 'HEAD' });
        await fetch(url + path, { headers: { 'If-None-Match': '*' } });
      }
      await until(() => open() <= before + 5, `files are closed, ${open()} after ${before}`);
    }),
);
