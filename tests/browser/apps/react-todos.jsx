// A small application, written as those of use-fireproof are.
import { ImgFile, useConnection, useFireproof } from 'fireproof-wasm/react';

/** The rows of an input are stored and listed; a second component, below, shares the database by its name. */
export function Todos({ name, options, seen }) {
  const { database, useLiveQuery, useDocument, useAllDocs, attach } = useFireproof(name, options);
  seen.database = database;
  const { docs, hydrated } = useLiveQuery('created', { descending: true });
  const { doc, merge, submit } = useDocument(() => ({ text: '', created: 0 }));
  const { rows } = useAllDocs({ prefix: 'photo' });
  return (
    <main data-hydrated={hydrated} data-attach={attach.state}>
      <form onSubmit={submit}>
        <input
          value={doc.text}
          onChange={({ target }) => merge({ text: target.value, created: Date.now() })}
        />
      </form>
      <ul>
        {docs.map(({ _id, text, done }) => (
          <li key={_id} data-done={Boolean(done)}>
            {text}
            <Toggle name={name} id={_id} />
          </li>
        ))}
      </ul>
      {rows.map(({ key, value }) => (
        <ImgFile key={key} file={value._files.picture} alt={key} />
      ))}
    </main>
  );
}

function Toggle({ name, id }) {
  const { useDocument } = useFireproof(name);
  const [doc, update, save, remove] = useDocument({ _id: id });
  const toggle = () => {
    update({ done: !doc.done });
    save();
  };
  return (
    <>
      <button className="toggle" onClick={toggle} />
      <button className="remove" onClick={() => remove()} />
    </>
  );
}

/** Whether what was written is safe at the remote. */
export function Safe({ name }) {
  const { connection } = useFireproof(name);
  const status = useConnection(connection);
  return <output>{status?.safe ? 'safe' : 'not yet'}</output>;
}
