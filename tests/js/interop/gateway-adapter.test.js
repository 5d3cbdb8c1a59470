// attachable(), as Fireproof 0.24 calls its gateway, against our server.
import { Result } from '@adviser/cement';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { attachable, memoryQueue, registerGateway } from '../../../js/interop/node.js';
import {
  FAST,
  encoded,
  entryFor,
  failing,
  isGet,
  isPut,
  lost,
  someCar,
  unconditional,
  withRemote,
} from './adapters.js';

let gateway;
registerGateway({
  Result,
  registerStoreProtocol: async (item) => (gateway = await item.gateway()),
});

/** What the package gives a gateway in place of a URL, as far as ours looks. */
function urlOf({ name }, params) {
  const all = { name, ...params };
  return { getParam: (key) => all[key], toString: () => `fireproof-wasm://${name}` };
}

/** The package's calls. */
function calls(remote, options = {}) {
  const errors = [];
  const onError = (error) => errors.push(error.code);
  const target = attachable(remote.connector, { retry: FAST, poll: 20, onError, ...options });
  const at = (store, key) => urlOf(target, { store, key });
  return {
    target,
    errors,
    putCar: async ({ cid, bytes }) => (await gateway.put(at('car', cid), bytes)).Ok(),
    putMeta: async (...entries) => (await gateway.put(at('meta', 'main'), encoded(entries))).Ok(),
    get: (store, key = 'main') => gateway.get(at(store, key)),
    subscribe: async (hear) => (await gateway.subscribe(at('meta'), hear)).Ok(),
  };
}

const cidsIn = (bytes) => JSON.parse(Buffer.from(bytes)).map(({ cid }) => cid);
const [a, b, c] = ['a', 'b', 'c'].map((text) => someCar(text));

test('a put is kept at once, and a failed upload is repeated before the meta goes out', () =>
  withRemote('0.24', async (remote) => {
    remote.fault = failing(12, isPut('data'));
    const { target, errors, putCar, putMeta } = calls(remote);
    for (const car of [a, b]) await putCar(car);
    await putMeta(entryFor([b.cid]));
    await target.synced();
    assert.deepEqual(remote.puts(), ['data', 'data', 'meta']);
    // The first ones are repeated by the connector itself.
    assert.ok(errors.length > 3 && errors.length < 12, `${errors.length} errors`);
    target.close();
  }));

test('a meta stands first, replaces the earlier ones of its session, and leaves those of others', () =>
  withRemote('0.24', async (remote) => {
    const { target, putCar, putMeta } = calls(remote);
    const other = entryFor([c.cid]);
    for (const car of [a, b]) {
      await putCar(car);
      await putMeta(entryFor([car.cid]));
      await target.synced();
      remote.directory.addToMetaList([other], 'first');
    }
    await putMeta(entryFor([a.cid], 'third'));
    await target.synced();
    const cids = remote.directory.readMetaList().map(({ cid }) => cid);
    assert.deepEqual(cids, ['entry-third', other.cid]);
    assert.ok(remote.requests.some((request) => request.endsWith('412')));
    target.close();
  }));

test('a meta whose answer was lost is not written twice', () =>
  withRemote('0.24', async (remote) => {
    remote.fault = failing(1, isPut('meta'), lost);
    const { target, putMeta } = calls(remote);
    await putMeta(entryFor([a.cid]));
    await target.synced();
    assert.equal(remote.directory.readMetaList().length, 1);
    assert.equal(remote.requests.filter((request) => /^PUT .* 20[01]$/.test(request)).length, 0);
    target.close();
  }));

test('a meta with keys keeps them and its shape; the package gets the list', () =>
  withRemote('0.24', async (remote) => {
    remote.directory.writeCar('data', a.cid, a.bytes);
    remote.directory.writeMeta(encoded({ metas: [entryFor([a.cid])], keys: ['zKey'] }));
    const { target, putMeta, get } = calls(remote);
    assert.deepEqual(cidsIn((await get('meta')).Ok()), [entryFor([a.cid]).cid]);
    await putMeta(entryFor([b.cid]));
    await target.synced();
    const { metas, keys } = remote.directory.readMetaList();
    assert.deepEqual([metas.length, keys], [2, ['zKey']]);
    target.close();
  }));

test('an entry whose CAR is missing is held back and comes when it is there; others go ahead', () =>
  withRemote('0.24', async (remote) => {
    remote.directory.writeCar('data', b.cid, b.bytes);
    remote.directory.writeMeta(encoded([entryFor([a.cid]), entryFor([b.cid])]));
    const { target, get, subscribe, errors } = calls(remote);
    const heard = [];
    await subscribe((list) => heard.push(cidsIn(list)));
    assert.deepEqual(cidsIn((await get('meta')).Ok()), [entryFor([b.cid]).cid]);
    assert.deepEqual(errors, ['not-found']);
    remote.directory.writeCar('data', a.cid, a.bytes);
    while (heard.length === 0) await pause(5);
    assert.deepEqual(heard[0], [entryFor([a.cid]).cid, entryFor([b.cid]).cid]);
    assert.deepEqual((await get('car', a.cid)).Ok(), a.bytes);
    target.close();
  }));

test('subscribers hear of news only, and an unchanged meta is answered 304', () =>
  withRemote('0.24', async (remote) => {
    const { target, get, subscribe, putCar, putMeta } = calls(remote);
    const heard = [];
    const end = await subscribe((list) => heard.push(cidsIn(list)));
    assert.equal((await get('meta')).Err().code, 'ENOENT');
    await putCar(a);
    await putMeta(entryFor([a.cid]));
    await target.synced();
    while (!remote.requests.some((request) => request.endsWith('304'))) await pause(5);
    assert.deepEqual(heard, []);
    remote.directory.writeCar('data', b.cid, b.bytes);
    remote.directory.addToMetaList([entryFor([b.cid])], 'first');
    while (heard.length === 0) await pause(5);
    end();
    assert.equal(heard.length, 1);
    target.close();
  }));

test('without a network one can attach; what the remote has comes later', () =>
  withRemote('0.24', async (remote) => {
    remote.directory.writeCar('data', a.cid, a.bytes);
    remote.directory.writeMeta(encoded([entryFor([a.cid])]));
    remote.fault = () => new Response('', { status: 503 });
    const { target, get, subscribe } = calls(remote, { patience: 100 });
    const heard = [];
    await subscribe((list) => heard.push(cidsIn(list)));
    assert.equal((await get('meta')).Err().code, 'ENOENT');
    remote.fault = undefined;
    while (heard.length === 0) await pause(5);
    assert.deepEqual(heard[0], [entryFor([a.cid]).cid]);
    target.close();
  }));

test('a damaged or failing download is repeated, one that stays damaged is an error', () =>
  withRemote('0.24', async (remote) => {
    remote.directory.writeCar('data', a.cid, a.bytes);
    let damaged = 2;
    remote.fault = (request) => {
      if (!isGet('data')(request) || damaged-- <= 0) return undefined;
      return damaged % 2 ? new Response('other') : new Response('', { status: 500 });
    };
    const { target, get } = calls(remote);
    assert.deepEqual((await get('car', a.cid)).Ok(), a.bytes);
    damaged = Infinity;
    remote.fault = failing(99, isGet('data'), () => new Response('other'));
    assert.equal((await get('car', a.cid)).Err().code, 'corrupt-car');
    remote.fault = undefined;
    assert.equal((await get('car', b.cid)).Err().code, 'ENOENT');
    target.close();
  }));

test('an encrypted CAR never replaces other bytes of its name', () =>
  withRemote('0.24', async (remote) => {
    const sealed = (last) => new Uint8Array([0xa3, 0x62, 0x69, 0x76, ...Array(99).fill(last)]);
    remote.directory.writeCar('data', a.cid, sealed(1));
    const { target, putCar, putMeta, errors } = calls(remote);
    await putCar({ cid: a.cid, bytes: sealed(2) });
    await putMeta(entryFor([a.cid]));
    while (errors.length < 2) await pause(5);
    assert.equal(errors[0], 'key-mismatch');
    assert.deepEqual(remote.puts(), []);
    assert.deepEqual(remote.directory.readCar('data', a.cid), sealed(1));
    target.close();
  }));

test('where conditions are ignored, a meta that another device overwrote is put again', () =>
  withRemote('0.24', async (remote) => {
    let overwritten = 1;
    remote.fault = async (request, serve) => {
      if (request.method !== 'PUT') return undefined;
      const answer = await serve(await unconditional(request));
      if (isPut('meta')(request) && overwritten-- > 0) {
        remote.directory.writeMeta(encoded([entryFor([c.cid])]));
      }
      return answer;
    };
    const { target, putCar, putMeta } = calls(remote);
    await putCar(a);
    await putMeta(entryFor([a.cid]));
    await target.synced();
    const cids = remote.directory.readMetaList().map(({ cid }) => cid);
    assert.deepEqual(cids, [entryFor([a.cid]).cid, entryFor([c.cid]).cid]);
    target.close();
  }));

test('a session that was closed is resumed by the next one with its queue', () =>
  withRemote('0.24', async (remote) => {
    const kept = new Map();
    const queue = {
      ...memoryQueue(),
      load: async () => ({ items: [...kept.values()], confirmed: [] }),
      put: async (item) => kept.set(item.id, item),
      confirm: async (id) => kept.delete(id),
    };
    remote.fault = failing(Infinity, isPut('data'));
    const first = calls(remote, { queue });
    await first.putCar(a);
    await first.putMeta(entryFor([a.cid]));
    first.target.close();
    assert.equal((await first.get('car', a.cid)).Err().code, 'closed');
    remote.fault = undefined;
    const second = calls(remote, { queue });
    await second.putCar(b);
    await second.putMeta(entryFor([b.cid]));
    await second.target.synced();
    const cids = remote.directory.readMetaList().map(({ cid }) => cid);
    assert.deepEqual(
      cids,
      [b, a].map(({ cid }) => entryFor([cid]).cid),
    );
    assert.equal(kept.size, 0);
    second.target.close();
  }));

test('what cannot be adapted is refused', () =>
  withRemote('0.24', async (remote) => {
    const refused = { code: 'invalid-argument' };
    assert.throws(() => attachable({}), refused);
    assert.throws(() => attachable({ ...remote.connector, canWrite: false }), refused);
    assert.throws(() => registerGateway({}), refused);
  }));
