import { Room } from './room.js';

/** The most members of a room, rooms, and sockets that have not joined one yet. */
const MEMBERS = 200;
const ROOMS = 10_000;
const STRANGERS = 1000;

/** Bytes of a message: a frame of the peer protocol, and in front of it the id of a member. */
export const LARGEST_MESSAGE = 64 * 1024 + 4;

/** Bytes that may wait for one member. */
const QUEUED = 1024 * 1024;

/** Messages that a member may send in a second; as many may come at once. */
const MESSAGES = 2000;

/** Milliseconds from the socket to the wish to join, between two beats, and without a message before one is left. */
const JOIN_TIME = 10_000;
const BEAT = 30_000;
const SILENCE = 75_000;

const BEAT_MESSAGE = JSON.stringify({ type: 'beat' });

/**
 * The live half of the server: who joins the room of a database hears when its meta object has changed, and exchanges
 * frames with the other members (docs/peer-protocol.md, section 6). Free of Node, and of any kind of socket.
 */
export class Rooms {
  #access;
  #limits;
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  /** @type {Set<{ hear: () => void, close: (code: number, reason: string) => void }>} */
  #sessions = new Set();
  #strangers = 0;
  #beat;
  #closed = false;
  #origins;
  /** Whether somebody hands over sockets, so that clients can be told of it. */
  isServed = false;

  /**
   * @param {object} options
   * @param {import('../access.js').Access} options.access
   * @param {{ maxMembers?: number, maxRooms?: number, maxQueuedBytes?: number, maxMessages?: number }} [options.limits]
   *   members of a room, rooms, bytes that wait for a member, messages a second
   * @param {'*' | string[]} [options.origins] of the pages that may join
   */
  constructor({ access, limits = {}, origins = '*' }) {
    this.#access = access;
    this.#origins = origins;
    const { maxMembers = MEMBERS, maxRooms = ROOMS } = limits;
    const { maxQueuedBytes = QUEUED, maxMessages = MESSAGES } = limits;
    this.#limits = { maxMembers, maxRooms, maxQueuedBytes, maxMessages };
  }

  /** Rooms that somebody is in, and those who are in one. */
  get counts() {
    const rooms = [...this.#rooms.values()];
    return { rooms: rooms.length, members: rooms.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Whether pages of an origin may join. @param {string} origin */
  allows(origin) {
    return this.#origins === '*' || this.#origins.includes(origin);
  }

  /**
   * Takes in a socket. Everything that it says goes to the result.
   *
   * @param {import('./room.js').RoomSocket} socket
   * @returns {{ receive: (data: string | Uint8Array) => void, closed: () => void }}
   */
  accept(socket) {
    /** @type {{ room: Room, name: string, member: import('./room.js').Member } | null} */
    let joined = null;
    let joining = false;
    let ended = false;
    let heardAt = Date.now();
    let allowance = this.#limits.maxMessages;
    const close = (code, reason) => {
      end();
      socket.close(code, reason);
    };
    const refuse = (code, text) => {
      socket.send(JSON.stringify({ type: 'refused', code, text }));
      close(1008, text);
    };
    const late = setTimeout(() => close(1008, 'no wish to join came'), JOIN_TIME);
    const session = { check, close };
    const end = () => {
      if (ended) return;
      ended = true;
      clearTimeout(late);
      this.#sessions.delete(session);
      if (joined) this.#leave(joined);
      else this.#strangers -= 1;
    };

    function check(now) {
      if (now - heardAt > SILENCE) close(1001, 'nothing was heard');
      else if (joined) socket.send(BEAT_MESSAGE);
    }

    const isAllowed = () => {
      const now = Date.now();
      const { maxMessages } = this.#limits;
      allowance = Math.min(maxMessages, allowance + ((now - heardAt) / 1000) * maxMessages) - 1;
      heardAt = now;
      return allowance >= 0;
    };

    const join = async (wish) => {
      joining = true;
      const { name, isPeer, refusal } = await this.#admit(wish);
      if (ended) return;
      clearTimeout(late);
      if (refusal) return refuse(...refusal);
      const room = this.#rooms.get(name) ?? new Room(this.#limits.maxQueuedBytes);
      this.#rooms.set(name, room);
      this.#strangers -= 1;
      joined = { room, name, member: room.join(socket, isPeer) };
    };

    const receive = (data) => {
      if (ended) return;
      if (!isAllowed()) return refuse('busy', 'too many messages');
      if (typeof data !== 'string') joined?.room.relay(joined.member, data);
      else if (!joined && !joining)
        join(wishOf(data)).catch(() => close(1011, 'the server failed'));
    };

    this.#strangers += 1;
    this.#sessions.add(session);
    this.#startBeat();
    if (this.#closed) close(1001, 'the server is closed');
    else if (this.#strangers > STRANGERS) close(1013, 'too many sockets');
    return { receive, closed: end };
  }

  /**
   * To be called when a meta object was stored.
   *
   * @param {string} name of its folder, `fp.<database>.<format>`
   * @param {string | undefined} etag
   */
  changed(name, etag) {
    this.#rooms.get(name)?.changed(etag);
  }

  /** Sends everybody away. */
  close() {
    this.#closed = true;
    clearInterval(this.#beat);
    for (const session of [...this.#sessions]) session.close(1001, 'the server is closed');
  }

  /** @returns {Promise<{ name: string, isPeer: boolean, refusal?: [string, string] }>} */
  async #admit(wish) {
    if (wish === null) {
      return {
        name: '',
        isPeer: false,
        refusal: ['malformed', 'the first message is no wish to join'],
      };
    }
    const { database, format, token, isPeer } = wish;
    const name = `fp.${database}.${format}`;
    // What a peer says is taken over by those who hear it, as what is written.
    const right = isPeer ? 'write' : 'read';
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { refusal } = await this.#access.check(
      { headers: new Headers(headers) },
      { database, kind: 'meta' },
      right,
    );
    if (refusal) {
      const code = refusal.status === 401 ? 'unauthorized' : 'forbidden';
      return { name, isPeer, refusal: [code, new TextDecoder().decode(refusal.body).trim()] };
    }
    const room = this.#rooms.get(name);
    const { maxMembers, maxRooms } = this.#limits;
    const isFull = room ? room.size >= maxMembers : this.#rooms.size >= maxRooms;
    return { name, isPeer, ...(isFull && { refusal: ['full', 'there is no room'] }) };
  }

  #leave({ room, name, member }) {
    room.leave(member);
    if (room.size === 0) this.#rooms.delete(name);
  }

  #startBeat() {
    if (this.#beat !== undefined || this.#closed) return;
    this.#beat = setInterval(() => {
      const now = Date.now();
      for (const session of [...this.#sessions]) session.check(now);
    }, BEAT);
    this.#beat.unref?.();
  }
}

/** @param {string} text @returns {{ database: string, format: string, token?: string, isPeer: boolean } | null} */
function wishOf(text) {
  try {
    const { type, database, format, token, peer = false } = JSON.parse(text);
    const isText = (value) => typeof value === 'string' && value.length <= 1000;
    const isWish =
      type === 'join' &&
      isText(database) &&
      database !== '' &&
      /^\d+\.\d+$/.test(format) &&
      (token === undefined || (isText(token) && /^[\w.~+/=-]+$/.test(token))) &&
      typeof peer === 'boolean';
    return isWish ? { database, format, token, isPeer: peer } : null;
  } catch {
    return null;
  }
}
