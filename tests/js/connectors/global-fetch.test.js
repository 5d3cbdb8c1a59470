import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globalFetch, withBlob } from '../../../js/connectors/global-fetch.js';
import { withServer } from './scripted-server.js';

test('global fetch: a body of bytes becomes a Blob of the same bytes, without a type', async () => {
  const bytes = new Uint8Array([9, 1, 2, 3]).subarray(1);
  const { method, body } = withBlob({ method: 'PUT', body: bytes });
  assert.equal(method, 'PUT');
  assert.ok(body instanceof Blob);
  assert.equal(body.type, '');
  assert.deepEqual(new Uint8Array(await body.arrayBuffer()), new Uint8Array([1, 2, 3]));
  const text = { body: 'text' };
  assert.equal(withBlob(text), text);
  assert.equal(withBlob(undefined), undefined);
});

test('global fetch: Node sends bytes as they are, and the fetch of the moment is used', () =>
  withServer(
    (_, response) => response.end(),
    async ({ url, requests }) => {
      const own = globalThis.fetch;
      const bodies = [];
      globalThis.fetch = (address, init) => {
        bodies.push(init.body);
        return own(address, init);
      };
      try {
        const body = new Uint8Array(5);
        assert.equal((await globalFetch(url, { method: 'PUT', body })).status, 200);
        assert.equal(bodies[0], body);
        assert.equal(requests[0].headers['content-length'], '5');
        assert.equal(requests[0].headers['content-type'], undefined);
      } finally {
        globalThis.fetch = own;
      }
    },
  ));
