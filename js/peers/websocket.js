import { ReplicationError } from '../errors.js';
import { RoomSocket, socketUrl } from './room-socket.js';

/** Bytes in front of a frame: the id of the member that it is for, or from. */
const HEAD = 4;

/**
 * The members of a room of our server, which passes on frames between them and keeps nothing.
 *
 * @param {{ database: string, format: string, url: string | URL, room?: string, token?: string }} options `url` of the
 *   server's folder of objects, or of its `live` address; `room`: name of a database, default that of this one; `token`
 *   as for REST, with the right to write
 * @returns {import('./transport.js').PeerTransport}
 * @throws {ReplicationError} `invalid-argument`
 */
export function websocketTransport({ database, format, url, room = database, token }) {
  for (const [name, value] of Object.entries({ room, token: token ?? '-' })) {
    if (typeof value !== 'string' || value === '')
      throw new ReplicationError('invalid-argument', `\`${name}\` is a text`);
  }
  const address = new URL(socketUrl(url));
  if (!address.pathname.endsWith('/live'))
    address.pathname = address.pathname.replace(/\/*$/, '/live');
  return new WebsocketTransport(address.href, { database: room, format, token, peer: true });
}

class WebsocketTransport {
  #url;
  #wish;
  /** @type {RoomSocket} */
  #socket;
  /** @type {import('./transport.js').PeerEvents} */
  #events;
  /** The number of each member, and the member of each number. */
  #numbers = new Map();
  #members = new Map();
  #next = 1;

  constructor(url, wish) {
    const { host, pathname } = new URL(url);
    this.name = `websocket ${host}${pathname} ${wish.database}`;
    this.#url = url;
    this.#wish = wish;
  }

  start(events) {
    this.#events = events;
    this.#socket = new RoomSocket(this.#url, () => this.#wish, {
      joined: ({ members }) => {
        for (const member of members) this.#open(member);
        events.link();
      },
      said: ({ type, id }) => {
        if (type === 'member') this.#open(id);
        else if (type === 'left') this.#end(id);
      },
      received: (message) => this.#receive(message),
      lost: (error) => {
        for (const member of [...this.#numbers.keys()]) this.#end(member);
        events.link(error);
      },
    });
  }

  send(peer, frame) {
    const member = this.#members.get(peer);
    if (member === undefined) return;
    const message = new Uint8Array(HEAD + frame.length);
    new DataView(message.buffer).setUint32(0, member, true);
    message.set(frame, HEAD);
    this.#socket.send(message);
  }

  /** Who was left has another chance when one of both joins again. */
  close(peer) {
    this.#numbers.delete(this.#members.get(peer));
    this.#members.delete(peer);
  }

  stop() {
    this.#socket.stop();
  }

  #open(member) {
    const peer = this.#next++;
    this.#numbers.set(member, peer);
    this.#members.set(peer, member);
    this.#events.opened(peer);
  }

  #end(member) {
    const peer = this.#numbers.get(member);
    if (peer === undefined) return;
    this.close(peer);
    this.#events.closed(peer);
  }

  #receive(message) {
    if (message.length <= HEAD) return;
    const peer = this.#numbers.get(new DataView(message.buffer).getUint32(0, true));
    if (peer !== undefined) this.#events.received(peer, message.slice(HEAD));
  }
}
