import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejects } from '../../browser/assert.js';
import { carCid, withReplica } from '../server/replica.js';
import { makeFolders, withApache } from './apache.js';
import { KINDS, exchange, titleOf } from './exchange.js';

const bytes = new TextEncoder().encode(
  'the bytes of a CAR, long enough to be compressed'.repeat(4),
);
const car = { kind: 'data', cid: carCid(bytes), bytes, ifAbsent: true };
const meta = (text) => new TextEncoder().encode(JSON.stringify(Array(50).fill(text)));

for (const kind of KINDS) {
  test(`Apache with mod_deflate before our server: two devices share a database of ${titleOf(kind)}`, () =>
    withReplica((replica) =>
      withApache(replica.url, async (url) => {
        const conditions = await exchange(kind, `${url}replica/`);
        assert.deepEqual(conditions, ['honoured', 'honoured']);
        const path = `${url}replica/meta/fp.probe.0.24/main.json`;
        await fetch(path, { method: 'PUT', body: meta('x') });
        const found = await fetch(path);
        assert.match(found.headers.get('etag'), /-gzip"$/, 'it does change ETags');
      }),
    ));
}

test('Apache with mod_dav: CARs and metas are stored, under conditions', () =>
  withApache('http://127.0.0.1:9/', async (url, folder) => {
    await makeFolders(folder, 'notes');
    const connector = restConnector({ url: `${url}dav/`, database: 'notes', format: '0.24' });
    assert.equal(await connector.putCar(car), 'stored');
    assert.equal(await connector.putCar(car), 'exists');
    assert.equal(await connector.hasCar(car), true);
    assert.deepEqual(await connector.getCar(car), bytes);
    assert.deepEqual(await connector.probe(car), { absent: 'honoured', match: 'honoured' });
    const first = await connector.putMeta({ bytes: meta('1'), condition: 'absent' });
    assert.equal(first.status, 'stored');
    // Apache's ETag of a file that is younger than a second is weak, and matches nothing.
    await sleep(1200);
    const { etag } = await connector.getMeta({});
    assert.match(etag, /-gzip"$/);
    const next = { condition: 'match', etag };
    assert.equal((await connector.putMeta({ bytes: meta('2'), ...next })).status, 'stored');
    assert.equal((await connector.putMeta({ bytes: meta('3'), ...next })).status, 'conflict');
    assert.deepEqual((await connector.getMeta({})).metas, [meta('2')]);
  }));

test('Apache with mod_dav: a folder that is missing is told, and nothing counts as stored', () =>
  withApache('http://127.0.0.1:9/', async (url) => {
    const connector = restConnector({ url: `${url}dav/`, database: 'notes', format: '0.24' });
    for (const upload of [
      () => connector.putCar(car),
      () => connector.putMeta({ bytes: meta('1'), condition: 'absent' }),
    ]) {
      const error = await rejects(upload(), 'conflict');
      assert.match(error.message, /folder (?:may be|is) missing/);
      assert.equal(error.retryable, true);
    }
  }));
