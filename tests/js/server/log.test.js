import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { until } from '../../browser/assert.js';
import { carCid, withReplica } from './replica.js';

const META = 'meta/fp.notes.0.24/main.json';
const TOKEN = 'the-secret-token-0123456789';
const tokens = [{ name: 'laptop', token: TOKEN, databases: ['notes'], rights: 'write' }];
const authorized = { Authorization: `Bearer ${TOKEN}` };

/** Runs a server and gives `work` the entries of its log. */
function withLog(work, options) {
  const entries = [];
  const log = (entry) => entries.push(entry);
  return withReplica(({ url, dir }) => work({ url, dir, entries }), { log, ...options });
}

test('log: one entry a request, with what it was, who it was and how it ended, and nothing secret', () =>
  withLog(
    async ({ url, entries }) => {
      const put = { method: 'PUT', headers: authorized, body: '[1, 2]' };
      await (await fetch(url + META, put)).text();
      await (await fetch(url + META, { headers: authorized })).text();
      await fetch(url + META, { method: 'HEAD', headers: authorized });
      await (await fetch(url + META, { headers: { Authorization: 'Bearer wrong-token' } })).text();
      await (await fetch(`${url}data/fp.x/nonsense`, { headers: authorized })).text();
      await (await fetch(`${url}elsewhere?token=${TOKEN}`, { headers: authorized })).text();
      await fetch(url + META, { method: 'OPTIONS', headers: { Origin: 'https://app.example' } });
      await until(() => entries.length === 7, `7 entries, not ${entries.length}`);
      const shown = entries.map(({ time, ms, sent, client, ...entry }) => {
        assert.equal(client, '127.0.0.1');
        assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        assert.ok(ms >= 0 && Number.isFinite(ms) && Number.isInteger(sent));
        return entry;
      });
      const object = { kind: 'meta', database: 'notes', object: 'main.json' };
      const none = { kind: null, database: null, object: null };
      assert.deepEqual(shown, [
        { method: 'PUT', ...object, status: 201, received: 6, token: 'laptop' },
        { method: 'GET', ...object, status: 200, received: 0, token: 'laptop' },
        { method: 'HEAD', ...object, status: 200, received: 0, token: 'laptop' },
        { method: 'GET', ...object, status: 401, received: 0, token: null },
        {
          method: 'GET',
          ...none,
          path: '/data/fp.x/nonsense',
          status: 400,
          received: 0,
          token: null,
        },
        { method: 'GET', ...none, path: '/elsewhere', status: 404, received: 0, token: null },
        { method: 'OPTIONS', ...none, path: `/${META}`, status: 204, received: 0, token: null },
      ]);
      assert.equal(entries[1].sent, 6);
      assert.equal(entries[2].sent, 0);
      assert.ok(!JSON.stringify(entries).includes(TOKEN));
      assert.ok(!JSON.stringify(entries).includes('wrong-token'));
    },
    { tokens },
  ));

test('log: answers that nobody waits for, broken uploads and failures are told', () =>
  withLog(async ({ url, entries }) => {
    const large = Buffer.alloc(20_000_000, 3);
    const path = `data/fp.x/${carCid(large)}.car`;
    await (await fetch(url + path, { method: 'PUT', body: large })).text();
    const controller = new AbortController();
    const response = await fetch(url + path, { signal: controller.signal });
    await response.body.getReader().read();
    controller.abort();
    await until(() => entries.length === 2, 'the end of the cut answer');
    assert.equal(entries[0].received, large.length);
    assert.equal(entries[1].cut, true);
    assert.ok(entries[1].sent > 0 && entries[1].sent < large.length, `${entries[1].sent}`);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`PUT /${META} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n[1, `);
    setTimeout(() => socket.destroy(), 200);
    await until(() => entries.length === 3, 'the end of the broken upload');
    assert.deepEqual([entries[2].status, entries[2].received], [400, 4]);
  }));

test('log: a failure of the store is told to the log alone; a log that fails does no harm', async () => {
  const entries = [];
  const log = (entry) => {
    entries.push(entry);
    throw new Error('the log is full');
  };
  const open = async () => {
    throw Object.assign(new Error('the disk is on fire'), { code: 'EIO' });
  };
  await withReplica(
    async ({ url }) => {
      const answer = await fetch(url + META);
      assert.equal(answer.status, 500);
      assert.equal(await answer.text(), 'the server failed\n');
      assert.equal(entries[0].error, 'EIO: the disk is on fire');
    },
    { store: { open }, log },
  );
});
