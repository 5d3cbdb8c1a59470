import { createConnection, createDocument, createLive, useFireproof } from 'fireproof-wasm/solid';
import { For } from 'solid-js';
import { render } from 'solid-js/web';

function App({ name, options, seen }) {
  const { database, connections } = useFireproof(name, options);
  seen.database = database;
  const todos = createLive(() => database.liveQuery('created'));
  const { state, merge, submit } = createDocument(database, { text: '', created: 0 });
  const status = connections[0] ? createConnection(connections[0]) : () => ({});
  return (
    <main data-hydrated={String(todos().hydrated)}>
      <form onSubmit={submit}>
        <input
          value={state().doc.text}
          onInput={({ currentTarget }) => merge({ text: currentTarget.value, created: Date.now() })}
        />
      </form>
      <ul>
        <For each={todos().value?.docs}>{({ text }) => <li>{text}</li>}</For>
      </ul>
      <output>{status().value?.safe ? 'safe' : 'not yet'}</output>
    </main>
  );
}

/** @returns {() => void} ends it */
export const mount = (place, properties) => render(() => <App {...properties} />, place);
