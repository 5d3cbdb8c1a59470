/**
 * What an open database would put at a remote, as a connector that only reads: a local store looked at like a remote.
 *
 * @param {import('../../database/database.js').Database} db
 * @returns {import('../../connectors/connector.js').Connector}
 */
export function databaseConnector(db) {
  return {
    name: `database ${db.name}`,
    canWrite: false,
    conditional: false,
    async getMeta() {
      const { meta } = await db.replica();
      return meta.length === 0 ? { status: 'none' } : { status: 'found', metas: [meta] };
    },
    async getCar({ kind, cid }) {
      try {
        return await db.readCar(kind === 'data' ? 'car' : 'file', cid);
      } catch (error) {
        if (error.code === 'not-found') return null;
        throw error;
      }
    },
  };
}
