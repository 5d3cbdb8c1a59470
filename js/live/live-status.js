/**
 * The status of a connection as a live value.
 *
 * @param {import('../database/connection.js').Connection} connection
 * @returns {{ get(): object, subscribe(run: (snapshot: object) => void): () => void }} see LiveValue
 */
export function liveStatus(connection) {
  let snapshot;
  const get = () => {
    const value = connection.status;
    if (snapshot?.value !== value)
      snapshot = Object.freeze({ hydrated: true, value, error: value.lastError });
    return snapshot;
  };
  const subscribe = (run) => {
    const tell = () => run(get());
    connection.addEventListener('status', tell);
    tell();
    return () => connection.removeEventListener('status', tell);
  };
  return Object.freeze({ get, subscribe });
}
