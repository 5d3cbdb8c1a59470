import { ReplicationError } from '../errors.js';
import { retryDelay } from './transport.js';

/** Milliseconds without a message after which the server is taken to be gone: it beats every 30 s. */
const SILENCE = 75_000;

/** After these, only other credentials or the passing of time help. */
const REFUSALS = {
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  full: 'server',
  busy: 'server',
};

/** What makes sockets where the platform does not. @type {typeof WebSocket | undefined} */
let Sockets;

/** @param {typeof WebSocket} made for Node, whose older versions have none */
export function provideSockets(made) {
  Sockets = made;
}

/**
 * @param {string | URL} url of HTTP or of a WebSocket
 * @returns {string} of a WebSocket, without a fragment
 * @throws {ReplicationError} `invalid-argument`
 */
export function socketUrl(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const protocol = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[
    parsed?.protocol
  ];
  if (!protocol) throw new ReplicationError('invalid-argument', `${url} is no address of a server`);
  parsed.hash = '';
  return parsed.href.replace(/^[a-z]+:/, protocol);
}

/**
 * Membership of a room of the server, made anew whenever it is lost. The token goes in the first message, never in an
 * address.
 */
export class RoomSocket {
  #url;
  #wish;
  #listener;
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #timer;
  #stopped = false;

  /**
   * @param {string} url from `socketUrl`
   * @param {() => object | Promise<object>} wish what to join with: `database`, `format`, `token`, `peer`
   * @param {object} listener
   * @param {(message: { id: number, members: number[] }) => void} listener.joined
   * @param {(message: object) => void} listener.said what the server says
   * @param {(message: Uint8Array) => void} [listener.received]
   * @param {(error: ReplicationError) => void} listener.lost it is not a member any more, or has not become one
   */
  constructor(url, wish, listener) {
    this.#url = url;
    this.#wish = wish;
    this.#listener = listener;
    this.#open();
  }

  /** @param {Uint8Array | object} message bytes, or what is said to the server */
  send(message) {
    if (this.#socket?.readyState !== 1) return;
    this.#socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  /** Joins at once, if it waits to try again. */
  hurry() {
    if (this.#socket || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #open() {
    const socket = new (Sockets ?? globalThis.WebSocket)(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    /** @type {ReplicationError | undefined} */
    let refusal;
    const fail = () => {
      if (this.#socket !== socket) return;
      this.#lose(refusal ?? this.#error('offline', 'the server cannot be reached'));
      socket.close();
    };
    socket.onopen = async () => {
      try {
        this.send({ type: 'join', ...(await this.#wish()) });
      } catch (error) {
        refusal = error;
        fail();
      }
    };
    socket.onclose = fail;
    socket.onerror = fail;
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      this.#watch(fail);
      if (typeof data !== 'string') return this.#listener.received?.(new Uint8Array(data));
      const message = JSON.parse(data);
      if (message.type === 'beat') this.send({ type: 'beat' });
      else if (message.type === 'refused')
        refusal = this.#error(REFUSALS[message.code], message.text);
      else if (message.type === 'joined') this.#join(message);
      else this.#listener.said(message);
    };
    this.#watch(fail);
  }

  #join(message) {
    this.#failures = 0;
    this.#listener.joined(message);
  }

  #watch(fail) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(fail, SILENCE);
  }

  #lose(error) {
    this.#socket = null;
    this.#failures += 1;
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#open(), retryDelay(this.#failures));
    this.#listener.lost(error);
  }

  #error(code = 'server', text = 'the server refuses') {
    return new ReplicationError(code, `${new URL(this.#url).host}: ${text}`);
  }
}
