import { apply, stateOf, take, textOf, writesOf } from '../../js/package/write-history.js';
import { equal, ok, rejects, until } from '../assert.js';
import { Tabs } from '../tabs.js';

export const browsers = ['chromium', 'firefox'];

const MODULE = 'tests/browser/suites/tabs.tab.js';
const TABS = 10;
/** Of each tab: together more than what is sealed at a time. */
const WRITES = 10;

/** Milliseconds until the last tab knows what the last write was. */
const PATIENCE = 20_000;

const COMMON = /^common-/;

const historyOf = (tab) => ({ seed: tab, writer: `tab${tab}`, common: true });

/** Fails unless a state is one that all the writes of all tabs may leave. */
function checkUnion(state) {
  const expected = new Map();
  /** What a common document may be: what one of the tabs wrote there last. @type {Map<string, object[]>} */
  const choices = new Map();
  for (let tab = 0; tab < TABS; tab++) {
    const writes = take(writesOf(historyOf(tab)), WRITES);
    const last = new Map(
      writes.flatMap(({ documents }) => documents).map((each) => [each._id, each]),
    );
    for (const [id, document] of last) {
      if (COMMON.test(id)) choices.set(id, [...(choices.get(id) ?? []), document]);
      else apply(expected, { documents: [document] });
    }
  }
  for (const [id, documents] of choices) {
    const found = state.get(id) ?? { _id: id, _deleted: true };
    const isChoice = documents.some((each) => textOf([[id, each]]) === textOf([[id, found]]));
    ok(isChoice, `${id} is ${JSON.stringify(found)}, which no tab wrote last`);
    apply(expected, { documents: [found] });
  }
  equal(textOf(state), textOf(expected), 'what is stored');
}

export default async function ({ test, command }) {
  const { fireproof } = await import(new URL('/dist/browser.js', location.href).href);
  const tabs = await Tabs.open(command, MODULE, TABS);
  const FEW = [0, 1, 2];

  for (const format of ['0.24', '0.14']) {
    test(`${TABS} tabs write at once, and all end with all of it: ${format}`, async () => {
      const database = { name: 'written by all', options: { format } };
      await tabs.askAll('open', () => database);
      const writing = tabs.askAll('write', (tab) => ({ ...historyOf(tab), count: WRITES }));
      await tabs.ask(0, 'compact');
      await writing;
      await until(
        async () => new Set(await tabs.askAll('clock')).size === 1,
        'all tabs have one clock',
        PATIENCE,
      );
      const [state, ...others] = await tabs.askAll('state');
      for (const other of others) equal(other, state, 'what another tab has');
      await until(
        async () => (await tabs.askAll('told')).every((told) => told.state === state),
        'every subscriber was told all of it',
        PATIENCE,
      );
      for (const { changes, tellings } of await tabs.askAll('told')) equal(tellings, changes);
      const clock = await tabs.ask(0, 'clock');
      await tabs.askAll('close');

      const db = fireproof(database.name, database.options);
      const stored = await stateOf(db);
      equal(db.clock.join(), clock);
      equal(textOf(stored), state, 'what is there after reopening');
      checkUnion(stored);
      await db.put({ _id: 'afterwards' });
      await db.compact();
      equal((await db.allDocs()).rows.length, stored.size + 1);
      await db.destroy();
    });

    test(`tabs that open a new encrypted database at once make one key: ${format}`, async () => {
      for (const round of [1, 2, 3]) {
        const database = { name: `new ${round}`, options: { format } };
        const putOf = (tab) => ({ ...database, document: { _id: `d${tab}` } });
        await tabs.askAll('openAndPut', putOf, FEW);
        const [key, ...others] = await tabs.askAll('key', undefined, FEW);
        for (const other of others) equal(other, key);
        await until(
          async () => new Set(await tabs.askAll('state', undefined, FEW)).size === 1,
          'all have all documents',
        );
        await tabs.askAll('close', undefined, FEW);
        const db = fireproof(database.name, { format, key });
        equal((await db.allDocs()).rows.length, FEW.length);
        await db.destroy();
      }
    });
  }

  test('destroying a database closes it in the other tabs', async () => {
    await tabs.askAll('open', () => ({ name: 'destroyed', options: {} }), FEW);
    await tabs.ask(1, 'put', { document: { _id: 'a' } });
    await tabs.ask(0, 'destroy');
    for (const tab of [1, 2]) {
      await until(async () => (await tabs.ask(tab, 'errors')).length > 0, 'the tab heard of it');
      equal(await tabs.ask(tab, 'errors'), ['closed']);
      await rejects(tabs.ask(tab, 'state'), 'closed');
      await rejects(tabs.ask(tab, 'put', { document: { _id: 'b' } }), 'closed');
      await tabs.ask(tab, 'close');
    }
    const db = fireproof('destroyed');
    equal((await db.allDocs()).rows, []);
    await db.destroy();
  });
}
