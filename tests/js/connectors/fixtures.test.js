import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restConnector } from '../../../js/connectors/rest.js';
import { staticConnector } from '../../../js/connectors/static.js';
import { fixtureRemotes, objectsIn, withReplica } from '../server/replica.js';

const remotes = fixtureRemotes();

test('there are fixtures of both formats', () => {
  for (const format of ['0.14', '0.24']) {
    assert.ok(remotes.filter(({ name }) => name.startsWith(format)).length > 20, format);
  }
});

for (const { dir, name } of remotes) {
  test(`${name}: rest and static read every object of the real remote from our server`, () =>
    withReplica(
      async ({ url }) => {
        const objects = objectsIn(dir).map(({ path, bytes }) => ({
          parts: path.split('/'),
          bytes,
        }));
        const meta = objects.find(({ parts }) => parts[0] === 'meta');
        const [, database, format] = /^fp\.(.*)\.(\d+\.\d+)$/.exec(meta.parts[1]);
        for (const connect of [restConnector, staticConnector]) {
          const connector = connect({ url, database, format });
          const found = await connector.getMeta({});
          assert.deepEqual(
            found.metas.map((each) => Buffer.from(each)),
            [meta.bytes],
          );
          assert.deepEqual(await connector.getMeta({ etag: found.etag }), {
            status: 'not-modified',
          });
          for (const { parts, bytes } of objects.filter((each) => each !== meta)) {
            const [kind, folder, file] = parts;
            assert.equal(folder, `fp.${database}`);
            const car = await connector.getCar({ kind, cid: file.replace('.car', '') });
            assert.ok(bytes.equals(car), parts.join('/'));
          }
        }
      },
      { dir },
    ));
}
