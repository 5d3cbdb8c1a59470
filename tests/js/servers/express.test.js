// A REST server as people write it: Express, with express.raw(), which goes by the type of a body.
import assert from 'node:assert/strict';
import express from 'express';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { KINDS, exchange, titleOf } from './exchange.js';

/** @param {(url: string, types: Set<string>) => Promise<void>} work */
async function withExpress(work) {
  const objects = new Map();
  const types = new Set();
  const app = express();
  const etagOf = (bytes) => `"${createHash('sha256').update(bytes).digest('hex')}"`;
  app.use(express.raw({ type: ['application/vnd.ipld.car', 'application/json'], limit: '300mb' }));
  app.put(/.*/, (request, response) => {
    types.add(request.get('content-type'));
    const old = objects.get(request.path);
    const [none, match] = [request.get('if-none-match'), request.get('if-match')];
    if ((none === '*' && old) || (match && (!old || etagOf(old) !== match)))
      return response.sendStatus(412);
    objects.set(request.path, request.body);
    return response.set('ETag', etagOf(request.body)).sendStatus(old ? 200 : 201);
  });
  app.get(/.*/, (request, response) => {
    const found = objects.get(request.path);
    if (!found) return response.sendStatus(404);
    return response.set('ETag', etagOf(found)).send(found);
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await work(`http://127.0.0.1:${server.address().port}/`, types);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

for (const kind of KINDS) {
  test(`Express with express.raw(): two devices share a database of ${titleOf(kind)}`, () =>
    withExpress(async (url, types) => {
      assert.deepEqual(await exchange(kind, url), ['honoured', 'honoured']);
      assert.deepEqual([...types].sort(), ['application/json', 'application/vnd.ipld.car']);
    }));
}
