import { tagged } from './tags.js';

const byId = (a, b) => (a._id < b._id ? -1 : 1);

/**
 * What must be the same on all devices: documents and deleted ids in one order. The packages add a `url` to public
 * attachments when they read, which is not stored.
 *
 * @param {{ docs: object[], deleted: string[] }} state
 */
export function comparable({ docs, deleted }) {
  return { docs: docs.map(withoutUrls).sort(byId), deleted: [...deleted].sort() };
}

function withoutUrls(doc) {
  if (!doc._publicFiles) return tagged(doc);
  const entries = Object.entries(doc._publicFiles).map(([name, { url, ...entry }]) => [
    name,
    entry,
  ]);
  return tagged({ ...doc, _publicFiles: Object.fromEntries(entries) });
}

/** The first difference of two states, as text; null if there is none. */
export function difference(actual, expected) {
  const [a, b] = [comparable(actual), comparable(expected)];
  const [left, right] = [new Map(pairs(a)), new Map(pairs(b))];
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    if (left.get(id) === right.get(id)) continue;
    const show = (text) => (text === undefined ? 'nothing' : text.slice(0, 200));
    return `"${id}" is ${show(left.get(id))}, expected is ${show(right.get(id))}`;
  }
  return null;
}

function pairs({ docs, deleted }) {
  return [
    ...docs.map((doc) => [doc._id, JSON.stringify(doc)]),
    ...deleted.map((id) => [id, 'deleted']),
  ];
}
