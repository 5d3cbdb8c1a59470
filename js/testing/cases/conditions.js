import { someCar, twoCarsOfOneCid } from '../car.js';
import { expectBytes, expectSame, fail } from '../expect.js';

const WRITERS = 6;

/** Some servers answer those that come too late with an error, and now and then everybody. */
const ROUNDS = 5;

const text = (value) => new TextEncoder().encode(value);

const put = (connector, value, condition, etag) =>
  connector.putMeta({ bytes: text(value), condition, etag });

async function expectMeta(connector, value) {
  const { status, metas, etag } = await connector.getMeta({});
  expectSame(status, 'found', 'getMeta: status');
  expectBytes(metas[0], text(value), 'the meta');
  return etag;
}

/** Writers that ask for the same at the same time: one succeeds, and its meta is there. */
async function race(connector, condition, etag) {
  for (let round = 1; round <= ROUNDS; round++) {
    const failed = (error) => {
      if (!error.retryable) throw error;
      return { status: 'failed' };
    };
    const uploads = Array.from({ length: WRITERS }, (_, n) =>
      put(connector(), `[${n}]`, condition, etag).catch(failed),
    );
    const statuses = (await Promise.all(uploads)).map(({ status }) => status);
    const stored = statuses.flatMap((status, n) => (status === 'stored' ? [n] : []));
    if (stored.length === 0 && statuses.includes('failed')) {
      // One that failed may be there nevertheless: they go on from what is.
      ({ etag } = await connector().getMeta({}));
      if (etag !== undefined) condition = 'match';
      continue;
    }
    expectSame(stored.length, 1, `of ${WRITERS} writers stored`);
    return expectMeta(connector(), `[${stored[0]}]`);
  }
  fail(`all of ${WRITERS} writers failed, ${ROUNDS} times`);
}

const HONOURED = {
  absent: [
    {
      name: 'stores a first meta only once, also for writers that race',
      async work({ connector }) {
        await race(connector, 'absent');
        const again = await put(connector(), '["again"]', 'absent');
        expectSame(again.status, 'conflict', 'the status with a meta there');
      },
    },
    {
      name: 'does not replace a CAR that is there, if asked so',
      async work({ connector }) {
        const { cid, first, second } = await twoCarsOfOneCid();
        const store = (bytes) => connector().putCar({ kind: 'data', cid, bytes, ifAbsent: true });
        expectSame(await store(first), 'stored', 'the first one');
        expectSame(await store(first), 'exists', 'the same again');
        expectSame(await store(second), 'exists', 'another one');
        expectBytes(await connector().getCar({ kind: 'data', cid }), first, 'the CAR');
      },
    },
  ],
  match: [
    {
      name: 'replaces a meta only if it is the one that was seen, also for writers that race',
      async work({ connector }) {
        const none = await put(connector(), '["x"]', 'match', '"1"');
        expectSame(none.status, 'conflict', 'the status without a meta');
        expectSame((await connector().getMeta({})).status, 'none', 'getMeta after that');
        await put(connector(), '["first"]', 'none');
        const etag = await expectMeta(connector(), '["first"]');
        await race(connector, 'match', etag);
        const late = await put(connector(), '["late"]', 'match', etag);
        expectSame(late.status, 'conflict', 'the status with a newer meta');
      },
    },
  ],
};

/** What a remote that does not honour a condition makes of it, as those who say so rely on. */
const otherwise = (condition, policy) => ({
  name: `says how it is with the condition "${condition}": ${policy}`,
  async work({ connector }) {
    await put(connector(), '["first"]', 'none');
    const { status } = await put(connector(), '["second"]', condition, '"another"');
    expectSame(status, policy === 'ignored' ? 'stored' : policy, 'its status');
    await expectMeta(connector(), policy === 'ignored' ? '["second"]' : '["first"]');
  },
});

const probing = {
  name: 'finds out what the remote makes of conditions, if it has `probe`',
  async work({ connector, policies }) {
    const made = connector();
    if (!made.probe) return;
    const car = { kind: 'data', ...(await someCar(100, 1)) };
    await made.putCar({ ...car, ifAbsent: false });
    const found = await made.probe(car);
    for (const condition of ['absent', 'match']) {
      expectSame(found[condition], policies[condition], `what it says of "${condition}"`);
    }
    expectBytes(await made.getCar(car), car.bytes, 'the CAR after that');
  },
};

/** @param {{ conditional: boolean, readOnly: boolean, policies: { absent: string, match: string } }} traits */
export function conditionCases({ conditional, readOnly, policies }) {
  if (!conditional || readOnly) return [];
  const casesOf = ([condition, policy]) =>
    policy === 'honoured' ? HONOURED[condition] : [otherwise(condition, policy)];
  return [...Object.entries(policies).flatMap(casesOf), probing];
}
