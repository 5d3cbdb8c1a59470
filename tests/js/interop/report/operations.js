import { fileTag } from '../tags.js';
import { valueDocuments } from '../values.js';

const numbered = (count, more = {}) =>
  Array.from({ length: count }, (_, n) => ({ _id: `doc-${n}`, n, ...more }));

/**
 * What the document layer writes. Each is done by our engine on a database that has the three documents doc-0 to doc-2,
 * and published; `peer` is a device of the package that has pulled those three and is asked to fork where the
 * operation needs one.
 *
 * @type {{ name: string, work: (ours: import('../device.js').Device, peer: import('../peers/peer.js').Peer) => Promise<any> }[]}
 */
export const operations = [
  { name: '`put` of a new document', work: (ours) => ours.put({ _id: 'new', n: 1 }) },
  { name: '`put` of a changed document', work: (ours) => ours.put({ _id: 'doc-1', n: 'changed' }) },
  { name: '`put` of what is there already', work: (ours) => ours.put({ _id: 'doc-1', n: 1 }) },
  { name: '`put` without `_id`', work: (ours) => ours.put({ n: 1 }) },
  { name: '`put` of `_deleted: true`', work: (ours) => ours.put({ _id: 'doc-1', _deleted: true }) },
  { name: '`del`', work: (ours) => ours.del('doc-1') },
  { name: '`del` of an unknown id', work: (ours) => ours.del('unknown') },
  {
    name: '`put` after `del`',
    async work(ours) {
      await ours.del('doc-1');
      await ours.put({ _id: 'doc-1', n: 'back' });
    },
  },
  {
    name: '`bulk` with a delete',
    work: (ours) => ours.bulk([...numbered(5, { more: 1 }), { _id: 'doc-2', _deleted: true }]),
  },
  {
    name: '`bulk` of 1.5 MB',
    work: (ours) =>
      ours.bulk(numbered(150).map((doc) => ({ ...doc, text: 'x'.repeat(10_000) + doc.n }))),
  },
  {
    name: '120 `put`s in a row',
    async work(ours) {
      for (const doc of numbered(120)) await ours.put(doc);
    },
  },
  { name: 'every value type', work: (ours) => ours.bulk(valueDocuments(ours.format)) },
  {
    name: 'attachments',
    work: (ours) =>
      ours.put({
        _id: 'files',
        _files: {
          small: fileTag(Buffer.from('small'), 'small', 'text/plain'),
          large: fileTag(Buffer.alloc(1_500_000, 7), 'large', 'text/plain'),
        },
      }),
  },
  { name: '`compact`', work: (ours) => ours.compact() },
  {
    name: 'merge of a fork',
    work: (ours, peer) => fork(ours, peer),
  },
  {
    name: '`put` on a merged head',
    async work(ours, peer) {
      await fork(ours, peer);
      await ours.put({ _id: 'doc-1', n: 'after the merge' });
    },
  },
  {
    name: '`compact` on a merged head',
    async work(ours, peer) {
      await fork(ours, peer);
      await ours.compact();
    },
  },
];

async function fork(ours, peer) {
  await peer.put({ _id: 'doc-1', n: 'theirs' });
  await peer.publish();
  await ours.put({ _id: 'doc-1', n: 'ours' });
  await ours.pull();
}
