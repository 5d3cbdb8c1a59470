// The page of fireproof-wasm, as applications import it.
import { connect, fireproof } from 'fireproof-wasm';
import { KEY } from './key.js';
import { offer } from './page.js';

const connections = new WeakMap();

offer({
  prepare: async () => {},
  async open({ database, remote }) {
    const db = fireproof(database, { key: KEY });
    if (remote) {
      const connection = connect.rest(db, { url: remote, poll: 0 });
      connections.set(db, connection);
      await connection.loaded;
    }
    return db;
  },
  sent: (db) => connections.get(db).synced(),
});
