import { connect } from 'fireproof-wasm';
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { puts, textIn, withDevices, withReplica } from './devices.js';

/** The kinds of objects that a replica keeps. */
const kindsIn = async ({ dir }) => (await readdir(dir)).filter((name) => !name.startsWith('.'));

for (const format of ['0.24', '0.14']) {
  describe(`a meta that another remote keeps, ${format}`, () => {
    const withTwo = (work) =>
      withReplica((cars) =>
        withReplica((keeper) =>
          withDevices({ format, public: false }, (devices) => work({ cars, keeper, devices })),
        ),
      );

    test('CARs go to one remote and the meta to the other, and devices meet', () =>
      withTwo(async ({ cars, keeper, devices }) => {
        const attach = (db) =>
          connect.rest(db, {
            url: cars.url,
            poll: 0,
            meta: new connect.rest({ url: keeper.url }),
          });
        const [a, b] = [devices.open('a'), devices.open('b')];
        await a.put({ _id: 'x', from: 'a' });
        const fromA = attach(a);
        await fromA.synced();
        const fromB = attach(b);
        await fromB.loaded;
        await b.put({ _id: 'y', from: 'b' });
        await fromB.synced();
        await fromA.synced();
        assert.equal(await textIn(a), await textIn(b));
        assert.deepEqual(await kindsIn(cars), ['data']);
        assert.deepEqual(await kindsIn(keeper), ['meta']);
        assert.ok(puts(keeper.requests).every((each) => each.startsWith('PUT /meta/')));
        assert.ok(puts(cars.requests).every((each) => each.startsWith('PUT /data/')));
        assert.equal(await devices.seenBy(attach), await textIn(a));
      }));

    test('what is written is safe when the keeper was read back', () =>
      withTwo(async ({ cars, keeper, devices }) => {
        const objects = new Map();
        const name = ({ type, name: database, car = 'main' }) => `${type}/${database}/${car}`;
        const meta = new connect.raw({
          upload: (bytes, params) => void objects.set(name(params), bytes),
          download: (params) => objects.get(name(params)) ?? null,
        });
        const a = devices.open('a');
        await a.put({ _id: 'x' });
        const connection = connect.rest(a, { url: cars.url, poll: 0, meta });
        await connection.synced();
        while (!connection.status.safe)
          await new Promise((resolve) =>
            connection.addEventListener('status', resolve, { once: true }),
          );
        assert.equal(objects.size, 1);
        assert.equal(keeper.requests.length, 0);
        assert.notEqual(connection.status.conditional, 'honoured');
      }));
  });
}

test('a meta that is no remote is refused', () =>
  withDevices({ format: '0.24', public: false }, async (devices) => {
    const options = { url: 'http://127.0.0.1:9/', meta: 'http://127.0.0.1:9/' };
    assert.throws(() => connect.rest(devices.open('a'), options), { code: 'invalid-argument' });
  }));
