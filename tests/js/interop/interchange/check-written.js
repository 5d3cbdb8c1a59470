import assert from 'node:assert/strict';
import { comparable } from '../compare.js';

/**
 * Nothing acknowledged is lost: own ids have what was written last, shared ones something that was written.
 *
 * @param {{ docs: object[], deleted: string[] }} state
 * @param {object[]} written what writeFor gave, for each device
 */
export function checkWritten(state, written) {
  const { docs, deleted } = comparable(state);
  const found = new Map(docs.map((doc) => [doc._id, doc]));
  for (const { own } of written) {
    for (const [id, doc] of Object.entries(own)) {
      if (doc) assert.deepEqual(found.get(id), doc, id);
      else assert.ok(deleted.includes(id), `${id} is deleted`);
    }
  }
  const shared = written.flatMap((each) => each.shared);
  const ids = new Set(shared.map(({ _id }) => _id));
  for (const id of ids) {
    const texts = shared
      .filter(({ _id }) => _id === id)
      .map((doc) => JSON.stringify(doc, sorted(doc)));
    const doc = found.get(id) ?? { _id: id };
    assert.ok(texts.includes(JSON.stringify(doc, sorted(doc))), `${id} was written`);
  }
}

const sorted = (doc) => Object.keys(doc).sort();
