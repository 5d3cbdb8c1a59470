import { ReplicationError } from '../errors.js';
import { retryDelay } from './transport.js';

/** Milliseconds in which those who are there answer. */
const GREETING = 100;

/**
 * Other tabs and workers of the origin, and threads of the Node process, over a BroadcastChannel. Who comes says `hi` to
 * all; who is there opens a way, and answers `here` with its name. Where both came at once there are two ways, and the
 * one with the greater name stays.
 *
 * @param {{ database: string, format: string, channel?: string }} options `channel` default: one for the database
 * @returns {import('./transport.js').PeerTransport}
 * @throws {ReplicationError} `invalid-argument`, also where there are no such channels
 */
export function tabTransport({
  database,
  format,
  channel = `fireproof-wasm/${format}/${database}`,
}) {
  if (typeof channel !== 'string' || channel === '') {
    throw new ReplicationError('invalid-argument', '`channel` is a text');
  }
  if (typeof BroadcastChannel !== 'function') {
    throw new ReplicationError('invalid-argument', 'there is no BroadcastChannel here');
  }
  return new TabTransport(channel);
}

class TabTransport {
  #self = crypto.randomUUID();
  #channelName;
  /** @type {BroadcastChannel} */
  #channel;
  /** @type {import('./transport.js').PeerEvents} */
  #events;
  /** By the one at the other end, and by number. @type {Map<string, { peer: number, to: string, way: string }>} */
  #ways = new Map();
  #numbers = new Map();
  #next = 1;
  #failures = 0;
  #timers = new Set();

  constructor(channel) {
    this.name = `tab ${channel}`;
    this.#channelName = channel;
  }

  start(events) {
    this.#events = events;
    this.#channel = new BroadcastChannel(this.#channelName);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#post({ type: 'hi' });
    this.#later(GREETING, () => events.link());
  }

  send(peer, frame) {
    const way = this.#numbers.get(peer);
    if (way) this.#post({ type: 'frame', to: way.to, way: way.way, frame });
  }

  close(peer) {
    const way = this.#numbers.get(peer);
    if (!way) return;
    this.#post({ type: 'bye', to: way.to, way: way.way });
    this.#forget(way);
    this.#greetLater();
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#post({ type: 'bye' });
    this.#channel.close();
    this.#ways.clear();
    this.#numbers.clear();
  }

  #post(message) {
    this.#channel.postMessage({ from: this.#self, ...message });
  }

  #later(delay, work) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delay);
    this.#timers.add(timer);
  }

  /** Who was left, or has left, may be worth another try. */
  #greetLater() {
    this.#failures += 1;
    this.#later(retryDelay(this.#failures), () => this.#post({ type: 'hi' }));
  }

  /** What comes from a channel was posted by anybody of the origin. */
  #hear(message) {
    const { type, from, to, way: name, frame } = message ?? {};
    if (typeof from !== 'string' || from === this.#self) return;
    if (to !== undefined && to !== this.#self) return;
    const way = this.#ways.get(from);
    if (type === 'hi' && !way) {
      const made = crypto.randomUUID();
      this.#post({ type: 'here', to: from, way: made });
      this.#open(from, made);
    } else if (type === 'here' && typeof name === 'string') {
      if (way && way.way >= name) return;
      if (way) this.#end(way);
      this.#open(from, name);
    } else if (type === 'frame' && way?.way === name && frame instanceof Uint8Array) {
      this.#events.received(way.peer, frame);
    } else if (type === 'bye' && way && (name === undefined || way.way === name)) {
      this.#end(way);
      if (name !== undefined) this.#greetLater();
    }
  }

  #open(to, name) {
    const way = { peer: this.#next++, to, way: name };
    this.#ways.set(to, way);
    this.#numbers.set(way.peer, way);
    this.#events.opened(way.peer);
  }

  #end(way) {
    this.#forget(way);
    this.#events.closed(way.peer);
  }

  #forget(way) {
    this.#numbers.delete(way.peer);
    if (this.#ways.get(way.to) === way) this.#ways.delete(way.to);
  }
}
