// What applications of React may rely on, in either version of it.
import { connect, fireproof } from 'fireproof-wasm';
import {
  FireproofProvider,
  useChanges,
  useDatabase,
  useFireproof,
  useLiveQuery,
  useSuspenseLiveQuery,
} from 'fireproof-wasm/react';
import React, { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { equal, ok, until } from '../assert.js';
import { Safe, Todos } from './react-todos.jsx';

/** A red dot. */
const PNG = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  ),
  (character) => character.charCodeAt(0),
);

const $ = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

/** Types as a user does: React looks at the property of the class, not of the element. */
function type(text) {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  set.call($('input'), text);
  $('input').dispatchEvent(new Event('input', { bubbles: true }));
}

const submit = () => $('form').requestSubmit();

let made = 0;
const newName = () => `react-${React.version}-${(made += 1)}`;

/** Renders while `work` runs, and wants no complaint of React's. */
async function rendered(element, work) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  const complaints = [];
  const { error } = console;
  console.error = (...parts) => complaints.push(parts.map(String).join(' '));
  const unmount = () => root.unmount();
  try {
    root.render(<StrictMode>{element}</StrictMode>);
    await work({ unmount, render: (other) => root.render(<StrictMode>{other}</StrictMode>) });
    equal(complaints, []);
  } finally {
    console.error = error;
    unmount();
    place.remove();
  }
}

export function suite({ test, command }, version) {
  test(`it is React ${version}`, async () => equal(React.version.split('.')[0], String(version)));

  test('what is typed is stored, listed, changed and removed, and is there after opening anew', async () => {
    const name = newName();
    const seen = {};
    await rendered(<Todos name={name} seen={seen} />, async () => {
      await until(() => $('main')?.dataset.hydrated === 'true', 'it was read');
      for (const text of ['milk', 'bread']) {
        type(text);
        await until(() => $('input').value === text, 'the input shows it');
        submit();
        await until(() => all('li').length > 0 && $('li').textContent === text, 'it is listed');
        await until(() => $('input').value === '', 'the input is empty again');
      }
      $('li .toggle').click();
      await until(() => $('li').dataset.done === 'true', 'it is done');
      await seen.database.put({
        ...(await seen.database.query('text', { key: 'milk' })).docs[0],
        text: 'oat milk',
      });
      await until(() => all('li')[1].textContent === 'oat milk', 'another write shows');
      all('li')[1].querySelector('.remove').click();
      await until(() => all('li').length === 1, 'it is gone');
    });
    const again = fireproof(name);
    const { docs } = await again.query('text');
    equal(
      docs.map(({ text, done }) => [text, done]),
      [['bread', true]],
    );
    await again.destroy();
  });

  test('the database is closed when its last user is gone, and not before', async () => {
    const name = newName();
    const seen = {};
    let closed = 0;
    await rendered(<Todos name={name} seen={seen} />, async ({ unmount, render }) => {
      await until(() => seen.database, 'there is a database');
      await seen.database.ready();
      seen.database.onClosed(() => (closed += 1));
      const first = seen.database;
      render(<Safe name={name} />);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      equal(closed, 0);
      render(<Todos name={name} seen={seen} />);
      await until(() => $('main'), 'it is back');
      ok(seen.database === first, 'it is another database');
      unmount();
      await until(() => closed === 1, 'it is closed');
    });
    await fireproof(name).destroy();
  });

  test('connect attaches once for all who share, and the status shows', async () => {
    const url = await command('startReplica');
    const name = newName();
    const seen = {};
    let attached = 0;
    const options = {
      public: true,
      connect: (db) => (attached += 1) && connect.rest(db, { url, poll: 0 }),
    };
    const App = () => {
      const { connection } = useFireproof(name, options);
      return (
        <>
          <Todos name={name} options={options} seen={seen} />
          <output>{connection ? 'connected' : ''}</output>
        </>
      );
    };
    await rendered(<App />, async () => {
      await until(() => seen.database, 'there is a database');
      await seen.database.put({ _id: 'a', text: 'milk', created: 1 }, { safe: 'any' });
      await until(() => $('main').dataset.attach === 'attached', 'it says so');
      equal([attached, seen.database.connections.length], [1, 1]);
      const other = fireproof(name, { public: true, storage: 'memory' });
      await connect.rest(other, { url, poll: 0 }).loaded;
      await other.put({ _id: 'b', text: 'bread', created: 2 }, { safe: 'any' });
      await other.close();
      await seen.database.connections[0].pull();
      await until(() => all('li').length === 2, 'what another device wrote is listed');
    });
  });

  test('an attachment is an image', async () => {
    const seen = {};
    await rendered(
      <Todos name={newName()} options={{ storage: 'memory' }} seen={seen} />,
      async () => {
        await until(() => seen.database, 'there is a database');
        const picture = new File([PNG], 'dot.png', { type: 'image/png' });
        await seen.database.put({ _id: 'photo', _files: { picture } });
        await until(() => $('img')?.naturalWidth === 1, 'it is shown');
        const address = $('img').src;
        await seen.database.put({ ...(await seen.database.get('photo')), title: 'dot' });
        await seen.database.del('photo');
        await until(() => !$('img'), 'it is gone');
        await fetch(address).then(
          () => ok(false, 'its address still holds'),
          () => {},
        );
      },
    );
  });

  test('a component that suspends is shown with its result', async () => {
    const db = fireproof();
    await db.bulk([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    let waited = false;
    const Waiting = () => {
      waited = true;
      return <i>wait</i>;
    };
    const States = () => {
      const { docs } = useSuspenseLiveQuery('n');
      return <p>{docs.map(({ _id }) => _id).join()}</p>;
    };
    const app = (
      <FireproofProvider name={db}>
        <Suspense fallback={<Waiting />}>
          <States />
        </Suspense>
      </FireproofProvider>
    );
    await rendered(app, async () => {
      await until(() => $('p')?.textContent === 'a,b', 'it is there');
      ok(waited, 'it did not wait');
      await db.put({ _id: 'c', n: 3 });
      await until(() => $('p').textContent === 'a,b,c', 'it follows');
    });
    await db.destroy();
  });

  test('the hooks of a provider: queries by function, changes, and options that change', async () => {
    const db = fireproof();
    await db.bulk([
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ]);
    let renders = 0;
    const Sums = ({ least }) => {
      renders += 1;
      const { rows } = useLiveQuery((doc) => doc.n, { range: [least, 9] });
      const { docs } = useChanges([]);
      const { database } = useDatabase();
      return <p>{`${database.name === db.name} ${rows.map(({ key }) => key)} ${docs.length}`}</p>;
    };
    const app = (least) => (
      <FireproofProvider name={db}>
        <Sums least={least} />
      </FireproofProvider>
    );
    await rendered(app(1), async ({ render }) => {
      await until(() => $('p')?.textContent === 'true 1,2 2', 'both are there');
      render(app(2));
      await until(() => $('p').textContent === 'true 2 2', 'only one is');
      const before = renders;
      await db.put({ _id: 'c', n: 3 });
      await until(() => $('p').textContent === 'true 2,3 3', 'the new one is');
      ok(
        renders - before <= 4,
        `${renders - before} renderings for one write, twice each in StrictMode`,
      );
    });
    await db.destroy();
  });
}
