// Our server behind an nginx that compresses: ETags come weakened, sizes are not told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withReplica } from '../server/replica.js';
import { KINDS, exchange, titleOf } from './exchange.js';
import { withNginx } from './nginx.js';

for (const kind of KINDS) {
  test(`nginx with gzip on: two devices share a database of ${titleOf(kind)}`, () =>
    withReplica((replica) =>
      withNginx(replica.url, async (url) => {
        const conditions = await exchange(kind, url);
        assert.deepEqual(conditions, ['honoured', 'honoured']);
        const path = `${url}meta/fp.probe.0.24/main.json`;
        await fetch(path, { method: 'PUT', body: '["a meta that is long enough to compress"]' });
        const found = await fetch(path);
        assert.match(found.headers.get('etag'), /^W\//, 'it does weaken ETags');
        assert.equal(found.headers.get('content-encoding'), 'gzip');
      }),
    ));
}
