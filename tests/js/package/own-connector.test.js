import { connect } from 'fireproof-wasm';
import { memoryRemote, withFaults } from 'fireproof-wasm/testing';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KINDS, rejectsWith, titleOf, withDatabase } from './databases.js';
import { textIn, withDevices, write } from './devices.js';
import { event } from './remote.js';

for (const kind of KINDS) {
  test(`${titleOf(kind)}: devices replicate through a connector of the application`, () =>
    withDevices(kind, async (devices) => {
      const remote = memoryRemote();
      const attach = (db) =>
        connect(db, remote.connector({ database: db.name, format: db.format }), { poll: 0 });
      const a = devices.open('a');
      await write(a, 'a');
      const connection = attach(a);
      await connection.synced();
      assert.equal(connection.status.safe, true);
      assert.equal(await devices.seenBy(attach), await textIn(a));
    }));
}

test('its errors are those of the connection, with the code and whether to try again', () =>
  withDatabase({}, async (db) => {
    const faults = ['getMeta', 'putCar'].map((operation) => ({
      fault: 'fail',
      code: 'forbidden',
      operation,
      nth: 1,
    }));
    const connector = memoryRemote().connector({ database: db.name, format: db.format });
    await db.put({ _id: 'x' });
    const connection = connect(db, withFaults(connector, faults), { poll: 100 });
    for (let n = 0; n < 2; n++) assert.equal((await event(connection, 'error')).code, 'forbidden');
    await connection.synced();
  }));

test('one that only reads makes a connection that pulls, and refuses another mode', () =>
  withDatabase({}, async (db) => {
    const { name, getMeta, getCar } = memoryRemote().connector({ database: 'x', format: '0.24' });
    const connector = { name, canWrite: false, conditional: false, getMeta, getCar };
    const connection = connect(db, connector);
    await connection.loaded;
    await rejectsWith(connection.push(), 'invalid-argument');
    const attach = async () => connect(db, connector, { mode: 'push' });
    await rejectsWith(attach(), 'invalid-argument', /only reads/);
  }));

test('what is no connector is refused', () =>
  withDatabase({}, async (db) => {
    const whole = memoryRemote().connector({ database: 'x', format: '0.24' });
    for (const wrong of [null, {}, { ...whole, putCar: undefined }, { ...whole, name: undefined }])
      await rejectsWith((async () => connect(db, wrong))(), 'invalid-argument', /connector/);
  }));
