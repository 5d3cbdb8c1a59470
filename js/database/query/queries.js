import { ReplicationError } from '../../errors.js';
import { checkFlag, checkMembers } from '../members.js';
import { copyOf, mapOfField } from './map-function.js';
import { QueryIndex } from './query-index.js';
import { selection } from './selection.js';

const QUERY_OPTIONS = ['key', 'keys', 'range', 'prefix', 'limit', 'descending', 'includeDocs'];

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
   * @returns {Promise<{ rows: { key: any, id: string, value: any, doc?: object }[], docs?: object[] }>} `docs`: those of the rows
   * @throws {ReplicationError} `invalid-argument`
   */
  async run(fieldOrMap, options) {
    const { includeDocs = true, ...chosen } = checkMembers(options, QUERY_OPTIONS, 'query()');
    checkFlag(includeDocs, 'includeDocs');
    const select = selection(chosen);
    const { rows, clock } = await this.#indexOf(fieldOrMap).refresh(this.#reader);
    const found = select(rows).map(copyOf);
    if (!includeDocs) return { rows: found };
    const withDocs = await withDocuments(found, this.#reader.at(clock));
    return { rows: withDocs, docs: withDocs.map(({ doc }) => doc) };
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
