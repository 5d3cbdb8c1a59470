import { fileTag } from '../interop/tags.js';

const isCarUpload = (request) => request.startsWith('PUT /data/');

/** Bytes of the attachment of 'kept'. */
export const FILE_SIZE = 5000;

const numbered = (count, what = 'doc') =>
  Array.from({ length: count }, (_, n) => ({ _id: `${what} ${n}`, n }));

const idsOf = (docs) => docs.map(({ _id }) => _id);

/**
 * What a new device has to find at the remote.
 *
 * @typedef {object} Wanted
 * @property {string[]} ids
 * @property {boolean} [withFile] also the attachment of 'kept'
 * @property {import('./cast.js').Writer} [reopened] a writer whose own store has to have them as well
 * @property {boolean} [everyVersion] every version of the package has to find it
 *
 * The rows of DESIGN's table in which somebody writes: the same script for our engine and for the package.
 *
 * @type {{ name: string, injects?: boolean, oursOnly?: boolean, run: (stage: {
 *   server: import('./faulty-server.js').FaultyServer,
 *   writer: (name: string) => Promise<import('./cast.js').Writer> }) => Promise<Wanted> }[]}
 */
export const rows = [
  ...['answered 503', 'connection reset', 'stalled', 'body cut', 'answer lost'].map((fault) => ({
    name: `one upload of a batch fails once: ${fault}`,
    injects: true,
    oursOnly: ['stalled', 'body cut'].includes(fault), // to the package like a connection that is reset
    async run({ server, writer }) {
      const docs = numbered(5);
      const a = await writer('a');
      await a.connect(server);
      await a.put(docs[0]);
      await a.settle();
      server.plan([{ method: 'PUT', kind: 'data', nth: 2, fault }]);
      const uploads = server.requests.length;
      await a.put(docs[1]);
      await server.until(() => server.requests.slice(uploads).some(isCarUpload));
      await Promise.all(docs.slice(2).map((doc) => a.put(doc)));
      await a.settle();
      return { ids: idsOf(docs) };
    },
  })),
  {
    name: 'two devices publish at once on a store that overwrites',
    async run({ server, writer }) {
      server.overwrites = true;
      const [a, b] = [await writer('a'), await writer('b')];
      await a.connect(server);
      await a.put({ _id: 'start' });
      await a.settle();
      await b.connect(server);
      await b.refresh();
      await Promise.all([a.put({ _id: 'of a' }), b.put({ _id: 'of b' })]);
      for (const each of [a, b, a]) await each.settle();
      return { ids: ['start', 'of a', 'of b'], everyVersion: true };
    },
  },
  {
    name: 'documents put before connecting, same session',
    async run({ server, writer }) {
      const docs = numbered(3);
      const a = await writer('a');
      for (const doc of docs) await a.put(doc);
      await a.connect(server);
      await a.settle();
      return { ids: idsOf(docs) };
    },
  },
  {
    name: 'commit over 1 MB',
    async run({ server, writer }) {
      const docs = numbered(150).map((doc) => ({ ...doc, text: 'x'.repeat(10_000) + doc.n }));
      const a = await writer('a');
      await a.connect(server);
      await a.bulk(docs);
      await a.settle();
      await a.reopen();
      return { ids: idsOf(docs), reopened: a };
    },
  },
  {
    name: 'writes during a compaction',
    async run({ server, writer }) {
      const docs = [...numbered(20), ...numbered(5, 'meanwhile')];
      const a = await writer('a');
      await a.connect(server);
      for (const doc of docs.slice(0, 20)) await a.put(doc);
      await a.settle();
      // Calls of a process are made one at a time, so that this one makes several.
      await a.compactAndPut(docs.slice(20));
      await a.settle();
      await a.reopen();
      return { ids: idsOf(docs), reopened: a };
    },
  },
  {
    name: 'upload interrupted, process killed',
    injects: true,
    async run({ server, writer }) {
      const docs = [
        { _id: 'kept', _files: { f: fileTag(Buffer.alloc(FILE_SIZE, 7), 'f', 'text/plain') } },
        ...numbered(2),
      ];
      const a = await writer('a');
      await a.connect(server);
      await a.put({ _id: 'start' });
      await a.settle();
      server.plan(['data', 'file', 'meta'].map((kind) => ({ method: 'PUT', kind, fault: 'held' })));
      for (const doc of docs) await a.put(doc);
      await server.until(() => server.injected.length > 0);
      await a.reopen();
      const injected = server.injected;
      server.plan([]);
      server.injected = injected;
      await a.connect(server);
      await a.settle();
      return { ids: ['start', ...idsOf(docs)], withFile: true, everyVersion: true };
    },
  },
];
