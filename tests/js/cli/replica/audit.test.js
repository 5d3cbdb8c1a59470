// The audit of the command line on all databases that the JavaScript package wrote: it finds what the package says is there,
// and every CAR that is taken away or damaged.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { directoryConnector } from '../../../../js/cli/places/directory-connector.js';
import { audit } from '../../../../js/cli/replica/audit.js';
import { inCheckout } from '../../../../scripts/lib/checkout.mjs';
import { fixtureNames } from '../../package/fixture-names.js';

function fixture(name) {
  const path = (part) => inCheckout('tests', 'fixtures', name, part);
  const expected = JSON.parse(readFileSync(path('expected.json'), 'utf8'));
  const { database, format, key } = expected;
  const connector = directoryConnector(path('remote'), { database, format });
  return { expected, connector, options: { format, keys: key ? [key] : [] } };
}

const statesOf = ({ cars }) => [...new Set(cars.map(({ state }) => state))];

for (const name of fixtureNames()) {
  test(`audit: ${name} is whole`, async () => {
    const { expected, connector, options } = fixture(name);
    const { hasMeta, heads, entries, events, cars, problems } = await audit(connector, options);
    assert.equal(hasMeta, true);
    assert.deepEqual(problems, []);
    assert.deepEqual(statesOf({ cars }), ['whole']);
    assert.deepEqual(heads, expected.clock);
    const documents = expected.docs.length + expected.deleted.length;
    const genesis = expected.format === '0.24' ? 1 : 0;
    if (heads.length === 1) assert.equal(entries, documents + genesis);
    assert.ok(events.length >= heads.length);
  });
}

for (const name of [
  '0.24/f-compacted-then-writes',
  '0.24/h-files',
  '0.14/c-updates-deletes',
  '0.14/h-files',
]) {
  test(`audit: ${name}: each CAR is missed when it is gone, and found when a bit of it changed`, async () => {
    const { connector, options } = fixture(name);
    const { cars } = await audit(connector, options);
    for (const { cid } of cars) {
      const stateWith = async (change) => {
        const getCar = async (request) => {
          const bytes = await connector.getCar(request);
          return request.cid === cid ? change(bytes) : bytes;
        };
        const found = await audit({ ...connector, getCar }, options);
        return found.cars.find((car) => car.cid === cid)?.state;
      };
      assert.equal(await stateWith(() => null), 'missing');
      const flip = (bytes) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte));
      assert.equal(await stateWith(flip), 'damaged');
      assert.equal(await stateWith((bytes) => bytes.subarray(0, -1)), 'damaged');
    }
  });
}
