// Uses every declaration of the package as an application would. Only compiled, never run.
import {
  ReplicationError,
  connect,
  fireproof,
  importFireproof,
  open,
  restore,
  share,
  snapshot,
  type BlockStorage,
  type Connection,
  type Database,
  type Document,
  type ErrorCode,
  type MapFunction,
  type QueryRow,
  type View,
} from 'fireproof-wasm';
import {
  bearerTokens,
  createPresigner,
  createServer,
  listen,
  s3Store,
} from 'fireproof-wasm/server';
import {
  attachable,
  folderQueue,
  indexedDbQueue,
  memoryQueue,
  rawConnection,
  registerGateway,
  restConnector,
  s3Connector,
  type AdapterOptions,
} from 'fireproof-wasm/interop';
import {
  connectorCases,
  describeFaults,
  memoryRemote,
  seededFaults,
  withFaults,
  type Connector,
} from 'fireproof-wasm/testing';

const db: Database = fireproof('notes', { format: '0.24', key: '00'.repeat(16), public: false });
const inNode = fireproof('notes', { storage: { type: 'file', dir: '/data' } });
const relaxed = fireproof('notes', { storage: { type: 'indexeddb', durability: 'strict' } });

export async function read(storage: BlockStorage): Promise<string[]> {
  const own = fireproof('notes', { storage, worker: false });
  await Promise.all([own.ready, inNode.ready, relaxed.ready]);
  const document: Document = await db.get('a');
  const blob: Blob | undefined = await document._files?.['photo.jpg']?.file();
  const { rows, clock } = await db.allDocs({ limit: 10, descending: true, prefix: 'a' });
  const ranged = await db.allDocs({ range: ['a', 'b'] });
  const { rows: changes } = await db.changes(clock, { limit: 5 });
  const deleted: true | undefined = changes[0]?.deleted;
  const end = db.subscribe((documents) => documents.map(({ _id }) => _id), { updates: true });
  end();
  const key: { hex: string; base58: string } | null = await db.exportKey();
  await db.addKey(key?.base58 ?? '');
  db.addEventListener('rebased', ({ detail: { ids } }) => ids.sort());
  db.addEventListener('error', ({ detail: { code } }) => console.log(code));
  db.addEventListener('of the application', (event) => console.log(event.type));
  await Promise.all([db.ready(), db.ready.catch(() => {})]);
  const { missing, cars } = await db.inspect();
  await own.close();
  await own.destroy();
  const head: readonly string[] = db.clock;
  return [
    ...head,
    ...cars.flat(),
    String(missing),
    String(deleted),
    String(blob),
    ...rows.map((row) => row.key),
    String(ranged.rows.length),
  ];
}

export async function write(): Promise<string[]> {
  const { id, clock } = await db.put({ n: 1, date: new Date(), big: 5n, bytes: new Uint8Array(1) });
  const { ids } = await db.bulk([{ _id: 'a' }, { _id: 'b', _deleted: true }]);
  await db.put({ ...(await db.get(id)), changed: true });
  await db.put({
    _id: 'photos',
    _files: { 'a.jpg': new File([], 'a.jpg'), b: new Blob([]), c: new Uint8Array(1) },
    _publicFiles: { ...(await db.get('a'))._files },
  });
  const deleted: { id: string; clock: string[] } = await db.del('a');
  await db.remove('b');
  const { carsAfter, bytesBefore } = await db.compact();
  const { tail } = await db.inspect();
  const { rows: events } = await db.events({ limit: 9 });
  const touched: string[] = events.flatMap(({ cid, parents, keys }) => [cid, ...parents, ...keys]);
  const view: View = db.at(clock);
  await Promise.all([view.get('a'), view.allDocs({ limit: 1 }), db.at('baembei').query('n')]);
  return [...ids, ...touched, deleted.id, String(carsAfter + bytesBefore + tail)];
}

export async function query(): Promise<QueryRow[]> {
  const byWord: MapFunction<{ words: string[]; n: number }> = (document, emit) => {
    for (const word of document.words) emit([word, document.n], document._id);
  };
  await db.query(({ n }) => n, { range: [1, 2], limit: 10, descending: true });
  await db.query('n', { keys: [1, null, 'a'] });
  const { rows } = await db.query(byWord, { prefix: ['a'], includeDocs: true });
  const first: Document | undefined = rows[0]?.doc;
  return first ? rows : [];
}

export async function replicate(): Promise<void> {
  const stop = new AbortController();
  const rest: Connection = connect.rest(db, {
    url: 'https://example.com/replica',
    mode: 'push',
    poll: 1000,
    identity: 'tenant 1',
    concurrency: 4,
    signal: stop.signal,
    headers: { authorization: 'Bearer token' },
    getHeaders: async (reason) => ({ authorization: reason === 'unauthorized' ? 'new' : 'old' }),
    fetch: globalThis.fetch,
  });
  const twoStep: Connection = connect(
    db,
    new connect.static({ url: new URL('https://example.com/') }),
  );
  const store = new Map<string, Uint8Array>();
  const raw = connect.raw(db, {
    download: async ({ type, name }) => (type === 'meta' ? null : store.get(name)),
    upload: async (bytes, params) => {
      store.set(params.type === 'meta' ? params.branch : params.car, bytes);
    },
  });
  const raw014 = connect(
    db,
    connect.raw({
      metaDownload: () => [],
      dataDownload: () => null,
      metaUpload: (bytes, { name, branch }) => store.set(name + branch, bytes),
      dataUpload: (bytes, { car, size }, options) =>
        store.set(`${car} ${size} ${options?.public}`, bytes),
    }),
  );
  const place = { region: 'eu-west-1', bucket: 'replicas', prefix: 'team', pathStyle: false };
  const keys = { accessKeyId: 'AK', secretAccessKey: 'SK' };
  const buckets = [
    connect.s3(db, { ...place, credentials: keys, poll: 1000, fetch: globalThis.fetch }),
    connect.s3(db, {
      ...place,
      endpoint: 'https://s3.example.com',
      getCredentials: async (reason) => ({
        ...keys,
        sessionToken: reason === 'expired' ? 'new' : 'first',
        expiration: new Date(),
      }),
    }),
    connect.s3(db, place),
    connect.s3(db, {
      upload: new URL('https://sign.example.com/'),
      download: 'https://replicas.example.com/',
      getHeaders: (reason) => ({ authorization: reason }),
    }),
    connect(db, new connect.s3({ download: 'https://replicas.example.com/' })),
  ];
  await Promise.all(buckets.map((each) => each.close()));
  const tab: Connection = connect.tab(db, { channel: 'mine', mode: 'pull' });
  const room = connect.websocket(db, { url: 'wss://example.com/live', room: 'x', token: 'secret' });
  // @ts-expect-error peers are not polled
  connect.tab(db, { poll: 1000 });
  void tab.send({ cursor: [1, 2] });
  const holding: string[] = room.peers.flatMap(({ id, kind, since, held }) =>
    kind === 'keeper' && since > 0 ? [id, ...held] : [],
  );
  void holding;
  const readOnly = connect.raw(db, { mode: 'pull', download: () => null });
  await Promise.all([rest.ready, rest.loaded, rest.pull(), rest.push()]);
  await Promise.all([rest.refresh(), rest.synced()]);
  await rest.pause();
  await rest.resume();
  const { state, safe, pulled, pushed, lastError, retryAt } = rest.status;
  const code: ErrorCode | undefined = lastError?.code;
  console.log(state, safe, pulled.bytes, pushed.cars, code, retryAt);
  await Promise.all([rest, twoStep, raw, raw014, readOnly].map((each) => each.close()));
  try {
    await db.get('b');
  } catch (error) {
    if (error instanceof ReplicationError && error.retryable) throw error;
  }
}

export async function presign(): Promise<void> {
  const presigner = createPresigner({
    region: 'eu-west-1',
    bucket: 'replicas',
    database: 'notes',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    expires: 60,
    authorize: (request) => request.headers.has('authorization'),
  });
  const { close } = await listen(presigner);
  await close();
}

export function apart(): Connection {
  const meta = new connect.rest({
    url: 'https://members.example.com/',
    headers: { authorization: 'x' },
  });
  return connect.s3(db, {
    download: 'https://public.example.com/',
    upload: 'https://x.example/',
    meta,
  });
}

export async function accept(test: (name: string, run: () => Promise<void>) => void) {
  const cases = connectorCases({
    makeRemote: () => ({ ...memoryRemote({ conditions: 'ignored' }), close: async () => {} }),
    conditions: { absent: 'ignored', match: 'ignored' },
    failures: { offline: (remote) => remote.objects.clear() },
    stall: async () => {},
    seed: 1,
  });
  for (const { name, run } of cases) test(name, run);
  const schedule = [{ fault: 'fail', nth: 1, code: 'server' } as const, ...seededFaults(1)];
  const connector: Connector = memoryRemote().connector({ database: 'notes', format: '0.24' });
  const faulty = withFaults(connector, schedule);
  const connection: Connection = connect(db, faulty, { mode: 'push', poll: 0 });
  await connection.push();
  return describeFaults(faulty.injected);
}

export async function serve(): Promise<string> {
  const { url, close } = await listen(createServer({ dir: '/data' }), { port: 0 });
  await close();
  return String(url);
}

export async function adapt(
  parts: Parameters<typeof registerGateway>[0],
  connect014: (functions: ReturnType<typeof rawConnection>) => { refresh(): Promise<void> },
): Promise<number> {
  const options: AdapterOptions = {
    queue: indexedDbQueue('notes'),
    retry: { first: 500, longest: 60_000 },
    onError: ({ code, retryable }) => console.log(code, retryable),
  };
  const of = (format: '0.24' | '0.14'): Connector =>
    restConnector({ url: 'https://example.com/replica', database: 'notes', format });
  const bucket = { region: 'eu-west-1', bucket: 'replicas', prefix: 'notes/' };
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  s3Connector({ ...bucket, credentials, database: 'notes', format: '0.24' });
  registerGateway(parts);
  const remote = attachable(of('0.24'), { ...options, poll: 1000, patience: 5000 });
  const raw = rawConnection(of('0.14'), { queue: folderQueue('/data/queue') });
  await raw.loaded({});
  const end = raw.watch(connect014(raw), { poll: 1000 });
  await Promise.all([remote.synced(), remote.refresh(), raw.synced()]);
  end();
  for (const each of [remote, raw]) each.close();
  const { confirmed } = await memoryQueue().load();
  return confirmed.length + remote.status.pending.cars;
}

interface Todo {
  text: string;
  done: boolean;
}

export async function typed(connection: Connection): Promise<string> {
  const todos = fireproof<Todo>('todos');
  const { id, name, clock } = await todos.put({ text: 'milk', done: false }, { safe: connection });
  await todos.put({ _id: id, _deleted: true });
  await todos.bulk([{ _id: 'b', text: 'bread', done: true, _files: { photo: new Blob([]) } }]);
  const todo: Document<Todo> = await todos.get(id);
  const listed: boolean[] = (await todos.allDocs({ keys: [id] })).rows.map(
    ({ value }) => value.done,
  );
  const { docs, rows } = await todos.query<Todo, string>('text', { key: 'milk' });
  const texts: string[] = [...docs.map(({ text }) => text), ...rows.map(({ key }) => key)];
  const index = await todos.query(({ text }) => text.length, { includeDocs: false });
  const { value } = todos.liveQuery('done', { key: false }).get();
  const more: Todo | undefined = value?.docs[0];
  const one: Todo | undefined = todos.liveDoc(id).get().value;
  const end = connection.live().subscribe((snapshot) => console.log(snapshot.value?.safe));
  end();
  const length: number | undefined = todos.live(async () => listed.length).get().value;
  todos.subscribe(([first]) => console.log(first?.text), true);
  // @ts-expect-error a todo has a text
  await todos.put({ done: true });
  // @ts-expect-error a member is mistyped
  await todos.put({ text: 'milk', doen: true, done: true });
  // @ts-expect-error it is no number
  const wrong: number = (await todos.get(id)).text;
  // @ts-expect-error an index without documents has none
  index.rows[0].doc;
  // @ts-expect-error of an unknown document nothing is known
  (await db.get(id)).text.length;
  // @ts-expect-error keys are texts here
  await todos.query<Todo, string>('text', { key: 5 });
  return [name, ...clock, todo.text, ...texts, more, one, length, wrong].join();
}

export async function untyped(written: Todo): Promise<void> {
  await db.put(written);
  await db.put<Todo>({ text: 'milk', done: true });
  const { done } = await db.get<Todo>('a');
  const attached = await db.attach(new connect.rest({ url: 'https://example.com/' }));
  if (attached.status() === 'idle' && done) await attached.detach();
  const nameless: Database = fireproof();
  nameless.onClosed(() => nameless.logger.info('closed'))();
}

// @ts-expect-error an adapter needs a connector of one database
restConnector({ url: 'https://example.com/replica' });
// @ts-expect-error the only formats are '0.24' and '0.14'
fireproof('notes', { format: '0.19' });
// @ts-expect-error a static host is only read
connect.static(db, { url: 'https://example.com/', mode: 'sync' });
// @ts-expect-error a bucket is in a region
connect.s3(db, { bucket: 'replicas' });
// @ts-expect-error metas and CARs are damaged on the way here only
seededFaults(1).push({ fault: 'damage', operation: 'putCar', nth: 1 });
// @ts-expect-error a raw connection needs functions
connect.raw(db, { mode: 'pull' });
// @ts-expect-error a view cannot write
db.at([]).put({});
// @ts-expect-error attachments are contents or entries that were read
db.put({ _files: { a: 'text' } });
// @ts-expect-error bulk takes a list
db.bulk({ _id: 'a' });

export const guarded = createServer({
  store: s3Store({
    region: 'us-east-1',
    bucket: 'replicas',
    getCredentials: async (reason) => ({ accessKeyId: reason, secretAccessKey: 'secret' }),
    conditional: true,
  }),
  tokens: [
    { name: 'laptop', token: 'a-token-of-16-characters', databases: ['notes'], rights: 'write' },
  ],
  publicRead: ['open'],
  origins: ['https://app.example'],
  log: ({ database, ms, token }) => console.log(database ?? '', ms.toFixed(1), token?.length),
});
export const decided = createServer({
  dir: '/data',
  authorize: async (token, { database, right }) =>
    token === null ? right === 'read' : { allowed: token === database, known: true, name: 'x' },
});
createServer({ dir: '/data', authorize: bearerTokens([]) });
// @ts-expect-error either the token or its hash
bearerTokens([{ databases: '*', rights: 'read' }]);
// @ts-expect-error no such right
bearerTokens([{ sha256: '00', databases: '*', rights: 'all' }]);
// @ts-expect-error the keeper of the meta is a remote, not an address
connect.rest(db, { url: 'https://example.com/', meta: 'https://example.com/meta' });

export async function publish(): Promise<string> {
  const { root, files } = await snapshot(db, { files: true, compact: false, meta: true });
  const paths: string[] = files.map(({ path, bytes }) => `${path} ${bytes.length}`);
  const link = { url: '/catalogue', car: root, key: (await db.exportKey())?.base58, name: 'notes' };
  const opened = fireproof('catalogue', { snapshot: link });
  await opened.connection.loaded;
  return paths[0] ?? (await opened.get('a'))._id;
}

export function byIpfs(): Connection {
  const meta = new connect.rest({ url: '/meta' });
  const options = {
    rpc: 'http://127.0.0.1:5001',
    gateway: ['https://a.example', new URL('https://b.example')],
  };
  return connect.ipfs(db, { ...options, meta, patience: 5000, getHeaders: () => ({ a: 'b' }) });
}

export async function move(connection: Connection, file: File): Promise<string> {
  const stream: ReadableStream<Uint8Array> = db.backup();
  const copy: Database = await restore(stream, { name: 'copy', key: '00', storage: 'memory' });
  await restore(file);
  const link: string = await share(copy, { connection, readOnly: true, expires: new Date() });
  await share(copy, { connection: new connect.rest({ url: '/' }), passphrase: 'x', url: '/open' });
  const opened = await open(link, { passphrase: 'x', poll: 0, storage: 'memory' });
  await opened.connection.loaded;
  return opened.db.name;
}

export async function takeOver(): Promise<number> {
  const taken: Database = await importFireproof('notes', { as: 'mine', format: '0.14', key: '00' });
  return (await taken.allDocs()).rows.length;
}
