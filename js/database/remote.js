import { connectorFor, whyReadOnly } from '../connectors/index.js';
import { pageConnector } from '../engine/page-connector.js';
import { ReplicationError } from '../errors.js';
import { checkRemoteOptions } from './remote-options.js';

/** Options that are URLs, or lists of them, where they are texts or URLs. */
const ADDRESSES = ['url', 'endpoint', 'upload', 'download', 'rpc', 'gateway'];

/** A remote that is not attached yet: of a kind, as `new connect.rest(options)` makes it, or an application's connector. */
export class Remote {
  /**
   * @param {{ kind?: string, connector?: import('../connectors/connector.js').Connector, options?: object,
   *   meta?: Remote }} parts `options` of the kind; `meta`: the remote that keeps the meta record, if it is another one
   */
  constructor({ kind, connector, options = {}, meta }) {
    Object.assign(this, { kind, connector, options, meta });
  }

  /** Why it cannot be written to; null: it can. */
  get whyReadOnly() {
    const { kind, connector, options, meta } = this;
    const own = connector ? whyNotWritten(connector) : whyReadOnly(kind, options);
    return own ?? meta?.whyReadOnly ?? null;
  }

  /**
   * What the engine's side needs: what connectors are made of if that can go to a worker, else the connector itself,
   * bridged.
   *
   * @param {{ name: string, format: string }} database
   * @param {boolean} inWorker
   */
  forEngine({ name: database, format }, inWorker) {
    const plain = this.#plain();
    if (!inWorker || !this.#staysOnPage()) return { remote: plain };
    return { bridge: pageConnector(connectorFor(plain, { database, format })) };
  }

  #plain() {
    const { kind, connector, meta } = this;
    const options = { ...this.options };
    for (const name of ADDRESSES)
      if (options[name] !== undefined) options[name] = resolved(options[name]);
    return { kind, connector, options, meta: meta?.#plain() };
  }

  #staysOnPage() {
    const hasFunctions = Object.values(this.options).some((value) => typeof value === 'function');
    return Boolean(this.connector) || hasFunctions || Boolean(this.meta?.#staysOnPage());
  }
}

/**
 * @param {unknown} given a remote, or a connector of the application's own
 * @returns {Remote | null} null: neither
 */
export function asRemote(given) {
  if (given instanceof Remote) return given;
  return isConnector(given) ? new Remote({ connector: given }) : null;
}

/**
 * Takes the option `meta` out of a remote's options.
 *
 * @param {Remote} remote with options of the kind
 * @returns {Remote}
 * @throws {ReplicationError} `invalid-argument`
 */
export function withOwnMeta({ kind, connector, options: { meta, ...options } }) {
  checkRemoteOptions(kind, options);
  const keeper = meta === undefined ? undefined : asRemote(meta);
  if (keeper === null) {
    throw new ReplicationError(
      'invalid-argument',
      '`meta` is what `new connect.rest(…)` and its like make, or a connector',
    );
  }
  return new Remote({ kind, connector, options, meta: keeper && withOwnMeta(keeper) });
}

/** Whether an object has what the contract of a connector wants (connectors/connector.js). */
function isConnector(object) {
  const { name, canWrite } = object ?? {};
  const operations = ['getMeta', 'getCar', ...(canWrite ? ['putMeta', 'putCar'] : [])];
  return typeof name === 'string' && operations.every((each) => typeof object[each] === 'function');
}

const whyNotWritten = ({ name, canWrite }) =>
  canWrite ? null : `the connector ${name} only reads`;

const isAddress = (value) => typeof value === 'string' || value instanceof URL;

const resolved = (value) => {
  if (Array.isArray(value)) return value.map(resolved);
  return isAddress(value) ? absolute(value) : value;
};

/** Resolves relative URLs, which a worker could not. The connector refuses what is no URL. */
function absolute(url) {
  const base = globalThis.location?.href;
  return URL.canParse(url, base) ? new URL(url, base).href : String(url);
}
