// Devices that share a database through IPFS, with attachments; and gateways of every kind between them.
import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { ipfsConnector } from '../../../js/connectors/ipfs.js';
import { restConnector } from '../../../js/connectors/rest.js';
import { rejectsWith, withDatabase } from '../package/databases.js';
import { textIn, withDevices, withReplica } from '../package/devices.js';
import { startIpfs } from './ipfs-node.js';

let node;
before(async () => (node = await startIpfs()));
after(() => node.stop());

const LARGE = new Uint8Array(1_300_000).map((_, index) => (index * 7) % 251);

const contentOf = async (db, id) => {
  const { _files } = await db.get(id);
  return new Uint8Array(await (await _files['large.bin'].file()).arrayBuffer());
};

/** A gateway that answers as told. */
async function gateway(answer) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

for (const format of ['0.24', '0.14']) {
  for (const isPublic of [false, true]) {
    test(`ipfs: ${format}${isPublic ? ', public' : ''}: devices meet, and a new one reads by gateways alone`, () =>
      withReplica(({ url }) =>
        withDevices({ format, public: isPublic }, async (devices) => {
          const meta = () => new connect.rest({ url });
          const writing = (db) => connect.ipfs(db, { rpc: node.rpc, meta: meta(), poll: 0 });
          const [a, b] = [devices.open('a'), devices.open('b')];
          await a.put({ _id: 'x', from: 'a' });
          await a.put({ _id: 'with file', _files: { 'large.bin': LARGE } });
          const fromA = writing(a);
          await fromA.synced();
          const fromB = writing(b);
          await fromB.loaded;
          await b.put({ _id: 'y', from: 'b' });
          await fromB.synced();
          await fromA.synced();
          assert.equal(await textIn(a), await textIn(b));
          assert.deepEqual(await contentOf(b, 'with file'), LARGE);

          const reader = devices.open('reader');
          const reading = connect.ipfs(reader, { gateway: node.gateway, meta: meta(), poll: 0 });
          await reading.loaded;
          assert.equal(await textIn(reader), await textIn(a));
          assert.deepEqual(await contentOf(reader, 'with file'), LARGE);
        }),
      ));
  }
}

test('ipfs: gateways that are gone, hang, lie or have nothing are passed over', () =>
  withReplica(({ url }) =>
    withDevices({ format: '0.24', public: false }, async (devices) => {
      const meta = () => new connect.rest({ url });
      const a = devices.open('a');
      await a.put({ _id: 'x', n: 1 });
      await connect.ipfs(a, { rpc: node.rpc, meta: meta(), poll: 0 }).synced();
      const bad = await Promise.all([
        gateway(() => {}), // hangs
        gateway((_, response) => response.end('something else')),
        gateway((_, response) => response.writeHead(404).end()),
        gateway((_, response) => response.writeHead(500).end()),
      ]);
      try {
        const addresses = [...bad.map((each) => each.url), 'http://127.0.0.1:1/', node.gateway];
        const options = { gateway: addresses, meta: meta(), poll: 0, patience: 300 };
        const reader = devices.open('reader');
        await connect.ipfs(reader, options).loaded;
        assert.equal(await textIn(reader), await textIn(a));
        for (const each of bad) assert.ok(each.requests() > 0);

        const without = { ...options, gateway: bad.map((each) => each.url) };
        const unlucky = connect.ipfs(devices.open('unlucky'), without);
        await assert.rejects(unlucky.pull(), ({ code }) =>
          ['server', 'corrupt-meta'].includes(code),
        );
      } finally {
        for (const each of bad) await each.stop();
      }
    }),
  ));

test('ipfs: what a device stored before it stopped is in the meta that it writes later', () =>
  withReplica(async ({ url }) => {
    const place = { database: 'stopped', format: '0.24' };
    const connectorWith = (options) =>
      ipfsConnector({ ...options, ...place }).withMeta(restConnector({ url, ...place }));
    const cid = 'baembeiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    const car = { kind: 'data', cid, bytes: new Uint8Array([1, 2, 3]) };
    const earlier = connectorWith({ rpc: node.rpc });
    assert.equal(await earlier.putCar({ ...car, ifAbsent: true }), 'stored');
    const later = connectorWith({ rpc: node.rpc });
    assert.equal(await later.hasCar(car), true);
    assert.equal(await later.putCar({ ...car, ifAbsent: true }), 'exists');
    const bytes = new TextEncoder().encode('[]');
    assert.equal((await later.putMeta({ bytes, condition: 'absent' })).status, 'stored');
    const reader = connectorWith({ gateway: node.gateway });
    assert.deepEqual((await reader.getMeta({})).metas, [bytes]);
    assert.deepEqual(await reader.getCar(car), car.bytes);
    assert.equal(await reader.getCar({ ...car, kind: 'file' }), null);
  }));

test('ipfs: an index that is none, or makes no sense, is corrupt-meta', () =>
  withReplica(async ({ url }) => {
    const place = { database: 'odd', format: '0.24' };
    const keeper = restConnector({ url, ...place });
    const reader = ipfsConnector({ rpc: node.rpc, ...place }).withMeta(keeper);
    const store = async (index) => {
      const text = JSON.stringify({ 'fireproof-ipfs': index, meta: btoa('[]') });
      await keeper.putMeta({ bytes: new TextEncoder().encode(text), condition: 'none' });
    };
    const blockOf = async (text) => {
      const body = new FormData();
      body.append('file', new Blob([text]));
      const call = `${node.rpc}api/v0/block/put?cid-codec=raw&format=raw&mhtype=sha2-256&pin=true`;
      return (await (await fetch(call, { method: 'POST', body })).json()).Key;
    };
    await store(['../../x']);
    await assert.rejects(reader.getMeta({}), { code: 'corrupt-meta' });
    const raw = await blockOf('x');
    for (const text of [
      'no JSON',
      '{"data/x":[1]}',
      `{"data/x":[-1,"${raw}"]}`,
      '{"data/x":null}',
    ]) {
      await store([await blockOf(text)]);
      await assert.rejects(reader.getMeta({}), { code: 'corrupt-meta' }, text);
    }
    await store([await blockOf(JSON.stringify({ 'data/x': [1e9, raw] }))]);
    await assert.rejects(reader.getMeta({}), { code: 'corrupt-meta' });
    await store([await blockOf(JSON.stringify({ 'data/x': [2, raw] }))]);
    assert.equal((await reader.getMeta({})).status, 'found');
    await assert.rejects(reader.getCar({ kind: 'data', cid: 'x' }), { code: 'corrupt-car' });
  }));

test('ipfs: without a keeper of the meta, an address or a writable node', async () => {
  await withDatabase({}, async (db) => {
    const bare = connect.ipfs(db, { rpc: node.rpc });
    await rejectsWith(bare.pull(), 'invalid-argument', /`meta`/);
    const meta = new connect.rest({ url: 'http://127.0.0.1:1/' });
    await rejectsWith(
      connect.ipfs(db, { meta, mode: 'pull' }).loaded,
      'invalid-argument',
      /gateway/,
    );
    const gatewayOnly = { gateway: node.gateway, meta };
    assert.throws(() => connect.ipfs(db, { ...gatewayOnly, mode: 'sync' }), /no `rpc`/);
  });
});
