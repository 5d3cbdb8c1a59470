import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPresigner } from '../../../js/server/index.js';
import { carCid } from '../server/replica.js';
import { TestBucket } from './test-bucket.js';

/**
 * What a server makes of the addresses of our presigning service.
 *
 * @param {object} server see contract.js
 */
export function presigned({ name, endpoint, owner }) {
  test(`${name}: a presigned address takes one object of one size, for its time`, async () => {
    const made = await TestBucket.make(endpoint(), owner);
    const bytes = new Uint8Array(1000).fill(7);
    const cid = carCid(bytes);
    const car = { type: 'data', name: 'fp.notes', car: cid, size: '1000' };
    const addressOf = async (query, expires = 60) => {
      const presigner = createPresigner({ ...made.signed, database: 'notes', expires });
      const url = `https://sign.example/?${new URLSearchParams(query)}`;
      return (await (await presigner.fetch(new Request(url))).json()).uploadURL;
    };
    const put = async (url, body) => (await fetch(url, { method: 'PUT', body })).status;

    const address = await addressOf(car);
    for (const size of [999, 1001, 100_000]) {
      assert.equal(await put(address, new Uint8Array(size)), 403, `${size} bytes`);
    }
    const elsewhere = address.replace('/data/', '/file/');
    assert.equal(await put(elsewhere, bytes), 403);
    assert.equal(await put(address.replace('fp.notes', 'fp.other'), bytes), 403);
    assert.equal(await put(address.replace('X-Amz-Expires=60', 'X-Amz-Expires=90'), bytes), 403);
    assert.equal((await fetch(address, { method: 'DELETE' })).status, 403);
    assert.deepEqual(await made.keys(), []);
    assert.equal(await put(address, bytes), 200);
    assert.deepEqual(await made.keys(), [`data/fp.notes/${cid}.car`]);

    const short = await addressOf({ type: 'meta', name: 'fp.notes.0.14', branch: 'main' }, 1);
    assert.equal(await put(short, bytes), 200);
    await sleep(2500);
    assert.equal(await put(short, bytes), 403, 'its time is over');
  });
}
