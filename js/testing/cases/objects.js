import { someCar } from '../car.js';
import { expect, expectBytes, expectSame } from '../expect.js';
import { randomBytes } from '../random.js';

const KINDS = ['data', 'file'];

/** Names of databases that paths, URLs and file systems have to treat with care. */
const NAMES = [
  'with space',
  'a/b',
  'per%cent%2Fencoded',
  'quest?ion#hash&and=plus+',
  'grüße 日本語 🚀',
  'quotes\'"and;commas,:@!$()*',
];

const text = (value) => new TextEncoder().encode(value);

async function metaOf(connector, what = 'the meta') {
  const answer = await connector.getMeta({});
  expectSame(answer.status, 'found', `${what}: status`);
  expectSame(answer.metas.length, 1, `${what}: how many`);
  return { bytes: answer.metas[0], etag: answer.etag };
}

async function storeMeta(writer, bytes) {
  const answer = await writer.putMeta({ bytes, condition: 'none' });
  expectSame(answer.status, 'stored', 'putMeta: status');
  return answer.etag;
}

async function storeCar(writer, kind, { cid, bytes }) {
  expectSame(await writer.putCar({ kind, cid, bytes, ifAbsent: false }), 'stored', 'putCar');
}

/** What is stored comes back, and nothing else. */
export const objectCases = () => [
  {
    name: 'says what it is',
    async work({ connector, readOnly, conditional }) {
      const made = connector();
      expect(typeof made.name === 'string' && made.name !== '', '`name` is a text');
      expectSame(made.canWrite, !readOnly, '`canWrite`');
      expectSame(made.conditional, conditional, '`conditional`');
      const operations = ['getMeta', 'getCar', ...(readOnly ? [] : ['putMeta', 'putCar'])];
      for (const each of operations) expectSame(typeof made[each], 'function', `\`${each}\``);
      expectSame(connector().name, made.name, 'the `name` of another connector to this remote');
    },
  },
  {
    name: 'finds nothing in an empty remote',
    async work({ connector }) {
      const empty = connector();
      expectSame((await empty.getMeta({})).status, 'none', 'getMeta: status');
      expectSame((await empty.getMeta({ etag: '"1"' })).status, 'none', 'with an ETag: status');
      const { cid } = await someCar(10, 1);
      for (const kind of KINDS) {
        expectSame(await empty.getCar({ kind, cid }), null, `getCar of kind ${kind}`);
        if (empty.hasCar) expectSame(await empty.hasCar({ kind, cid }), false, 'hasCar');
      }
    },
  },
  {
    name: 'gives back the bytes of CARs, data and files apart',
    async work({ connector, writer }) {
      for (const [at, kind] of KINDS.entries()) {
        const car = await someCar(1000, at);
        await storeCar(writer(), kind, car);
        const reader = connector();
        expectBytes(await reader.getCar({ kind, cid: car.cid }), car.bytes, `a CAR of ${kind}`);
        const other = KINDS[1 - at];
        expectSame(await reader.getCar({ kind: other, cid: car.cid }), null, `it as ${other}`);
        if (!reader.hasCar) continue;
        expectSame(await reader.hasCar({ kind, cid: car.cid }), true, 'hasCar of it');
        expectSame(await reader.hasCar({ kind: other, cid: car.cid }), false, `as ${other}`);
      }
    },
  },
  {
    name: 'replaces a meta as a whole',
    async work({ connector, writer }) {
      for (const meta of ['[{"long":"meta"}]', '[]', '{"n":1}'].map(text)) {
        await storeMeta(writer(), meta);
        expectBytes((await metaOf(connector())).bytes, meta, 'the meta');
      }
    },
  },
  {
    name: 'tells an unchanged meta by its ETag, if it gives one',
    async work({ connector, writer, conditional }) {
      await storeMeta(writer(), text('[1]'));
      const { etag } = await metaOf(connector());
      if (conditional) expect(etag, 'a connector that asks for conditions needs an ETag');
      if (etag === undefined) return;
      const same = await connector().getMeta({ etag });
      expectSame(same.status, 'not-modified', 'the status of an unchanged one');
      const told = await storeMeta(writer(), text('[2]'));
      const changed = await connector().getMeta({ etag });
      expectSame(changed.status, 'found', 'the status of a changed one');
      expectBytes(changed.metas[0], text('[2]'), 'the changed one');
      expect(changed.etag !== etag, 'a changed meta has another ETag');
      if (told !== undefined && writer().name === connector().name)
        expectSame(told, changed.etag, 'the ETag of putMeta');
    },
  },
  {
    name: 'keeps databases and formats apart',
    async work({ connector, writer }) {
      const databases = ['one', 'two'].flatMap((database) =>
        ['0.14', '0.24'].map((format) => ({ database, format })),
      );
      for (const each of databases) await storeMeta(writer(each), text(JSON.stringify(each)));
      for (const each of databases) {
        const { bytes } = await metaOf(connector(each), JSON.stringify(each));
        expectBytes(bytes, text(JSON.stringify(each)), 'the meta');
      }
      const car = await someCar(10, 1);
      await storeCar(writer(databases[0]), 'data', car);
      const elsewhere = await connector(databases[2]).getCar({ kind: 'data', cid: car.cid });
      expectSame(elsewhere, null, "another database's CAR");
    },
  },
  {
    name: 'takes names that need encoding',
    async work({ connector, writer }) {
      const databases = NAMES.map((database) => ({ database, format: '0.14' }));
      const cars = await Promise.all(NAMES.map((_, at) => someCar(10, at)));
      for (const [at, each] of databases.entries()) {
        await storeMeta(writer(each), text(each.database));
        await storeCar(writer(each), 'file', cars[at]);
      }
      for (const [at, each] of databases.entries()) {
        const { bytes } = await metaOf(connector(each), each.database);
        expectBytes(bytes, text(each.database), `the meta of ${each.database}`);
        const car = await connector(each).getCar({ kind: 'file', cid: cars[at].cid });
        expectBytes(car, cars[at].bytes, `the CAR of ${each.database}`);
      }
    },
  },
  {
    name: 'carries large objects',
    async work({ connector, writer, largeBytes }) {
      const car = await someCar(largeBytes, 1);
      await storeCar(writer(), 'data', car);
      expectBytes(await connector().getCar({ kind: 'data', cid: car.cid }), car.bytes, 'the CAR');
      const meta = randomBytes(200_000, 2).map((byte) => 97 + (byte % 26));
      await storeMeta(writer(), meta);
      expectBytes((await metaOf(connector())).bytes, meta, 'the meta');
    },
  },
  {
    name: 'stores views of larger buffers, and bytes as they were when they were given',
    async work({ connector, writer }) {
      const car = await someCar(100, 1);
      const buffer = new Uint8Array(300).fill(255);
      buffer.set(car.bytes, 100);
      const view = buffer.subarray(100, 200);
      await storeCar(writer(), 'data', { cid: car.cid, bytes: view });
      await storeMeta(writer(), view);
      buffer.fill(0);
      const reader = connector();
      const ask = () => reader.getCar({ kind: 'data', cid: car.cid });
      (await ask()).fill(0);
      expectBytes(await ask(), car.bytes, 'the CAR');
      (await metaOf(reader)).bytes.fill(0);
      expectBytes((await metaOf(reader)).bytes, car.bytes, 'the meta');
    },
  },
  {
    name: 'takes a CAR again that it has',
    async work({ connector, writer }) {
      const car = await someCar(100, 1);
      for (let n = 0; n < 2; n++) await storeCar(writer(), 'data', car);
      expectBytes(await connector().getCar({ kind: 'data', cid: car.cid }), car.bytes, 'the CAR');
    },
  },
  {
    name: 'does many things at a time',
    async work({ connector, writer }) {
      const cars = await Promise.all(Array.from({ length: 12 }, (_, n) => someCar(5000 + n, n)));
      const filling = writer();
      const kindOf = (at) => KINDS[at % 2];
      await Promise.all(cars.map((car, at) => storeCar(filling, kindOf(at), car)));
      const reader = connector();
      const found = await Promise.all(
        cars.map(({ cid }, at) => reader.getCar({ kind: kindOf(at), cid })),
      );
      cars.forEach(({ bytes }, at) => expectBytes(found[at], bytes, `CAR ${at} of 12`));
    },
  },
  {
    name: 'tells progress that grows and ends at the size, if it tells any',
    async work({ connector, writer, largeBytes }) {
      const car = await someCar(largeBytes, 3);
      const told = { up: [], down: [] };
      const record = (list) => (bytes, total) => list.push({ bytes, total });
      const upload = { kind: 'data', ...car, ifAbsent: false };
      await writer().putCar({ ...upload, onProgress: record(told.up) });
      await connector().getCar({ kind: 'data', cid: car.cid, onProgress: record(told.down) });
      for (const [direction, list] of Object.entries(told)) {
        let last = 0;
        for (const { bytes, total } of list) {
          expect(bytes >= last, `${direction}: from ${last} back to ${bytes}`);
          const totals = direction === 'up' ? [largeBytes] : [largeBytes, undefined];
          expect(totals.includes(total), `${direction}: a total of ${total} bytes`);
          last = bytes;
        }
        if (list.length > 0) expectSame(last, largeBytes, `${direction}: the last number`);
      }
    },
  },
];
