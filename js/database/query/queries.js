import { ReplicationError } from '../../errors.js';
import { copyOf, mapOfField } from './map-function.js';
import { QueryIndex } from './query-index.js';
import { selection } from './selection.js';

/** Answers queries, with an index for each field and each map function that was asked for. */
export class Queries {
  #reader;
  /** @type {Map<string, QueryIndex>} */
  #ofFields = new Map();
  /** As long as the application has the function. @type {WeakMap<Function, QueryIndex>} */
  #ofFunctions = new WeakMap();

  /** @param {import('../reader.js').Reader} reader */
  constructor(reader) {
    this.#reader = reader;
  }

  /**
   * @param {string | import('./map-function.js').MapFunction} fieldOrMap
   * @param {object} options `includeDocs` (default true), and what `selection` takes
   * @returns {Promise<{ rows: { id: string, key: any, value: any, doc?: object }[] }>}
   * @throws {ReplicationError} `invalid-argument`
   */
  async run(fieldOrMap, { includeDocs = true, ...options } = {}) {
    const select = selection(options);
    const { rows, clock } = await this.#indexOf(fieldOrMap).refresh(this.#reader);
    const found = select(rows).map(copyOf);
    return { rows: includeDocs ? await withDocuments(found, this.#reader.at(clock)) : found };
  }

  #indexOf(fieldOrMap) {
    if (typeof fieldOrMap === 'string' && fieldOrMap !== '')
      return kept(this.#ofFields, fieldOrMap, () => new QueryIndex(mapOfField(fieldOrMap)));
    if (typeof fieldOrMap === 'function')
      return kept(this.#ofFunctions, fieldOrMap, () => new QueryIndex(fieldOrMap));
    throw new ReplicationError(
      'invalid-argument',
      'a query takes the name of a member or a function',
    );
  }
}

function kept(indexes, name, make) {
  if (!indexes.has(name)) indexes.set(name, make());
  return indexes.get(name);
}

/** Each row with its document, of the same state. */
async function withDocuments(rows, reader) {
  const documents = new Map();
  for (const { id } of rows) if (!documents.has(id)) documents.set(id, reader.get(id));
  return Promise.all(rows.map(async (row) => ({ ...row, doc: await documents.get(row.id) })));
}
