import { decode } from '@ipld/dag-cbor';
import { RemoteDirectory } from '../remote-directory.js';
import { tagged } from '../tags.js';
import { loadCars, memoized, readEvent } from './blocks.js';
import { maximal } from './clock.js';
import { openCar } from './envelopes.js';
import { fileContent } from './files.js';
import { readMeta } from './metas.js';
import { stateFromHistory, stateFromShards } from './state.js';

const GENESIS = 'baembeiarootfireproofgenesisblockaaaafireproofgenesisblocka';

/**
 * Reads a remote by the letter of the format pages, with nothing of this project's engine and nothing of the real
 * packages: a third opinion on what a remote says.
 *
 * @param {object} remote
 * @param {string} remote.folder
 * @param {'0.24' | '0.14'} remote.format
 * @param {string} remote.database
 * @param {string | null} [remote.key] hex, for an encrypted 0.24 database
 * @returns {{
 *   clock: string[], docs: object[], deleted: string[],
 *   history: () => { docs: object[], deleted: string[] },
 *   file: (entry: object) => Buffer,
 *   eventOf: (cid: string) => { root: string, parents: string[], ops: object[] },
 * }} `clock` sorted, `docs` (tagged) and `deleted` in UTF-16 order of the ids; `history` computes the documents a second
 *   way, from the events alone; `file` reads an attachment
 * @throws {Error} if something is missing, or is not what its name says
 */
export function judge({ folder, format, database, key = null }) {
  const directory = new RemoteDirectory(folder, { format, database });
  const meta = readMeta[format](directory.readMeta(), key && Buffer.from(key, 'hex'));
  const openIfThere = (kind, cid) => {
    const stored = directory.readCar(kind, cid);
    return stored && openCar[format](stored, meta.key, cid);
  };
  const { blocks, heads } = loadCars((cid) => openIfThere('data', cid), meta.groups);
  const blockOf = (cid) => {
    if (!blocks.has(cid)) throw new Error(`the block ${cid} is missing`);
    return decode(blocks.get(cid));
  };
  const eventOf = memoized((cid) => readEvent(blockOf(cid)));
  const clock = maximal(eventOf, heads);

  function documents(state) {
    const docs = [];
    const deleted = [];
    for (const [id, cid] of [...state].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (id === GENESIS) continue;
      const { doc, del } = blockOf(cid);
      if (del || (format === '0.24' && doc._deleted)) deleted.push(id);
      else docs.push(tagged({ ...doc, _id: id }));
    }
    return { docs, deleted };
  }

  return {
    clock,
    ...documents(stateFromShards(format, { blockOf, eventOf }, clock)),
    history: () => documents(stateFromHistory(eventOf, clock)),
    file: (entry) => fileContent((cid) => openIfThere('file', cid), entry),
    eventOf,
  };
}
