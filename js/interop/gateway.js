import { ReplicationError } from '../errors.js';
import { Attachment, KINDS } from './attachment.js';
import { checkConnector } from './connector-check.js';
import { memoryQueue } from './queue-store.js';

const PROTOCOL = 'fireproof-wasm:';

/** Milliseconds between two looks at the meta. */
const POLL = 5000;

/** Milliseconds that attaching waits for a remote that does not answer, before it goes on without. */
const PATIENCE = 10_000;

/** By name; the package puts the name into every URL that it makes. @type {Map<string, Attachment>} */
const attachments = new Map();

/** Those that have the gateway already: a page may have more than one copy of the package. @type {WeakSet<Function>} */
const registered = new WeakSet();

let made = 0;

/**
 * Makes Fireproof 0.24 take what `attachable` gives; to be called once, before the first `attach`. The package's own
 * parts are handed in, so that they are those of the application's copy.
 *
 * @param {object} parts
 * @param {(item: object) => any} parts.registerStoreProtocol of `@fireproof/core`
 * @param {{ Ok: (value: any) => any, Err: (error: Error) => any }} parts.Result of `@adviser/cement`
 * @throws {ReplicationError} `invalid-argument`
 */
export function registerGateway({ registerStoreProtocol, Result } = {}) {
  if (typeof registerStoreProtocol !== 'function' || typeof Result?.Ok !== 'function') {
    const message =
      'registerGateway({ registerStoreProtocol, Result }) takes two parts of Fireproof';
    throw new ReplicationError('invalid-argument', message);
  }
  if (registered.has(registerStoreProtocol)) return;
  registered.add(registerStoreProtocol);
  const gateway = gatewayWith(Result);
  registerStoreProtocol({
    protocol: PROTOCOL,
    isDefault: false,
    defaultURI: () => {
      throw new ReplicationError('invalid-argument', `${PROTOCOL} is only for attachable()`);
    },
    gateway: async () => gateway,
  });
}

/**
 * What `db.attach` of Fireproof 0.24 takes to replicate through a connector (format page 0.24, section 9). See
 * docs/javascript-fireproof.md for what is promised.
 *
 * @param {import('../connectors/connector.js').Connector} connector of a database of format 0.24
 * @param {object} [options]
 * @param {import('./queue-store.js').QueueStore} [options.queue] default: memory
 * @param {number} [options.poll] milliseconds between two looks at the meta, default 5 s
 * @param {number} [options.patience] milliseconds that attaching waits for the remote, default 10 s
 * @param {{ first: number, longest: number }} [options.retry] milliseconds
 * @param {(error: ReplicationError) => void} [options.onError] hears of each failure that is tried again
 * @throws {ReplicationError} `invalid-argument` if the connector cannot write
 */
export function attachable(connector, options = {}) {
  const defaults = { queue: memoryQueue(), poll: POLL, patience: PATIENCE };
  const attachment = new Attachment(checkConnector(connector), { ...defaults, ...options });
  const name = `fireproof-wasm-${++made}`;
  attachments.set(name, attachment);
  const url = `${PROTOCOL}//${name}`;
  return {
    name,
    configHash: () => url,
    prepare: async () => ({ car: { url }, file: { url }, meta: { url } }),
    get status() {
      return attachment.status;
    },
    synced: () => attachment.synced(),
    refresh: () => attachment.refresh(),
    close() {
      attachment.close();
      attachments.delete(name);
    },
  };
}

/** What the package calls (format page 0.24, section 9.3). */
function gatewayWith(Result) {
  const done = async () => Result.Ok(undefined);
  const answer = async (work) => {
    try {
      return Result.Ok(await work());
    } catch (error) {
      return Result.Err(error);
    }
  };
  return {
    start: async (url) => Result.Ok(url.build().defParam('version', 'v1-fireproof-wasm').URI()),
    buildUrl: async (url, key) => Result.Ok(url.build().setParam('key', key).URI()),
    // The package closes its stores with the database; what is not confirmed yet goes out nevertheless.
    close: done,
    destroy: done,
    delete: done,
    put: (url, bytes) => answer(() => put(url, bytes)),
    get: (url) => answer(() => get(url)),
    getPlain: (url, key) => answer(() => get(url.build().setParam('key', key).URI())),
    subscribe: (url, hear) => answer(async () => attachmentOf(url).subscribe(hear)),
  };
}

function attachmentOf(url) {
  const attachment = attachments.get(url.getParam('name'));
  if (attachment) return attachment;
  throw new ReplicationError('closed', `there is no attachment for ${url}: it was closed`);
}

function put(url, bytes) {
  const [store, key] = [url.getParam('store'), url.getParam('key')];
  const attachment = attachmentOf(url);
  return store === 'meta' ? attachment.putMeta(bytes) : attachment.putCar(KINDS[store], key, bytes);
}

async function get(url) {
  const [store, key] = [url.getParam('store'), url.getParam('key')];
  const attachment = attachmentOf(url);
  if (store !== 'meta') {
    return attachment.getCar(KINDS[store], key).catch((error) => {
      throw error.code === 'not-found' ? absent(error.message) : error;
    });
  }
  const list = await attachment.getMeta();
  if (list === null) throw absent('the remote has no meta');
  return list;
}

/** What the package understands as "there is none". */
const absent = (message) => Object.assign(new Error(message), { code: 'ENOENT' });
