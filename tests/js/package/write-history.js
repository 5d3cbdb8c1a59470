import { randomOf } from '../interop/histories/random.js';

/**
 * What one writer writes: an endless list, the same again for the same seed, so that whoever knows how many writes
 * were made knows what must be stored. Runs in pages and in Node.
 *
 * @typedef {object} Write
 * @property {'put' | 'bulk' | 'del'} kind
 * @property {object[]} documents deleted ones as `{ _id, _deleted: true }`
 *
 * @param {{ seed: number, writer: string, common?: boolean }} options `writer` begins the ids; `common`: some writes
 *   go to documents that every writer has
 * @returns {Generator<Write>}
 */
export function* writesOf({ seed, writer, common = false }) {
  const random = randomOf(seed);
  for (let n = 0; ; n++) {
    const idOf = () =>
      common && random.chance(0.3)
        ? `common-${random.below(8)}`
        : `${writer}-${String(random.below(30)).padStart(2, '0')}`;
    const document = () => {
      const text = 'x'.repeat(random.chance(0.1) ? random.below(20_000) : random.below(100));
      return { _id: idOf(), writer, n, text };
    };
    const kind = random.weighted([
      ['put', 5],
      ['bulk', 3],
      ['del', 2],
    ]);
    const length = kind === 'bulk' ? 1 + random.below(12) : 1;
    const documents = Array.from({ length }, () =>
      kind === 'put' || (kind === 'bulk' && random.chance(0.8))
        ? document()
        : { _id: idOf(), _deleted: true },
    );
    yield { kind, documents };
  }
}

/** @param {Write} write */
export function perform(db, { kind, documents }) {
  if (kind === 'put') return db.put(documents[0]);
  return kind === 'bulk' ? db.bulk(documents) : db.del(documents[0]._id);
}

/**
 * Carries a write out on a map of documents by id, in place.
 * @param {Map<string, object>} state
 * @param {Pick<Write, 'documents'>} write
 */
export function apply(state, { documents }) {
  for (const document of documents) {
    if (document._deleted) state.delete(document._id);
    else state.set(document._id, document);
  }
  return state;
}

/** @returns {Write[]} the first ones */
export function take(writes, count) {
  return Array.from({ length: count }, () => writes.next().value);
}

/** Writes that `writeOn` has under way at once. */
export const AT_ONCE = 6;

/**
 * Makes one write after the other, several under way at once, without end.
 *
 * @param {Iterable<Write>} history
 * @param {() => unknown} acknowledged is called, and waited for, after each that the database has acknowledged
 */
export function writeOn(db, history, acknowledged) {
  const writeInTurn = async () => {
    for (const write of history) {
      await perform(db, write);
      await acknowledged();
    }
  };
  return Promise.all(Array.from({ length: AT_ONCE }, writeInTurn));
}

/**
 * How many writes of `writeOn` a state is made of.
 *
 * @param {Map<string, object>} state of a database
 * @param {Iterator<Write>} history from its start; moved on to the first write that is not in the state
 * @param {number} acknowledged
 * @throws {Error} if an acknowledged write is missing, or a part of one is there, or a later one without those before
 */
export function writesIn(state, history, acknowledged) {
  const expected = new Map();
  for (const write of take(history, acknowledged)) apply(expected, write);
  let made = acknowledged;
  while (textOf(expected) !== textOf(state)) {
    if (made === acknowledged + AT_ONCE)
      throw new Error(`what is there is not what ${acknowledged} to ${made} writes leave`);
    apply(expected, history.next().value);
    made += 1;
  }
  return made;
}

/** A state as a text that is equal for equal states. @param {Iterable<[string, object]>} state */
export function textOf(state) {
  const members = (document) => Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = [...state].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(rows.map(([id, document]) => [id, members(document)]));
}

/** What a database has, as such a state. */
export async function stateOf(db) {
  const { rows } = await db.allDocs();
  return new Map(rows.map(({ key, value }) => [key, value]));
}
