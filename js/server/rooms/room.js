/**
 * What a room needs of a socket, of any platform.
 *
 * @typedef {object} RoomSocket
 * @property {(data: string | Uint8Array) => void} send
 * @property {() => number} queued bytes that were sent and have not left yet
 * @property {(code: number, reason: string) => void} close as of WebSocket; at once where the other side does not answer
 *
 * @typedef {object} Member
 * @property {number} id in its room
 * @property {RoomSocket} socket
 * @property {boolean} isPeer it exchanges frames with others; else it only hears news
 */

/** Bytes in front of a frame: the id of the member that it is for, or from. */
const HEAD = 4;

/** The members of one database in one format: passes on frames between them, and tells all what the store has. */
export class Room {
  /** @type {Map<number, Member>} */
  #members = new Map();
  #next = 1;
  #maxQueued;

  /** @param {number} maxQueued bytes that may wait for one member; who reads more slowly has to leave */
  constructor(maxQueued) {
    this.#maxQueued = maxQueued;
  }

  get size() {
    return this.#members.size;
  }

  /**
   * @param {RoomSocket} socket
   * @param {boolean} isPeer
   * @returns {Member}
   */
  join(socket, isPeer) {
    const member = { id: this.#next++, socket, isPeer };
    const peers = isPeer ? [...this.#members.values()].filter((each) => each.isPeer) : [];
    this.#say(member, { type: 'joined', id: member.id, members: peers.map(({ id }) => id) });
    for (const peer of peers) this.#say(peer, { type: 'member', id: member.id });
    this.#members.set(member.id, member);
    return member;
  }

  /** @param {Member} member */
  leave(member) {
    if (!this.#members.delete(member.id) || !member.isPeer) return;
    for (const each of this.#members.values())
      if (each.isPeer) this.#say(each, { type: 'left', id: member.id });
  }

  /**
   * Passes on a frame; to nobody, if the one that it is for has left meanwhile.
   *
   * @param {Member} from
   * @param {Uint8Array} message the id of the receiver, little endian, and the frame
   */
  relay(from, message) {
    if (!from.isPeer || message.length <= HEAD) return;
    const head = new DataView(message.buffer, message.byteOffset, HEAD);
    const to = this.#members.get(head.getUint32(0, true));
    if (!to?.isPeer || to === from) return;
    const passed = new Uint8Array(message); // a copy, also of a Buffer
    new DataView(passed.buffer).setUint32(0, from.id, true);
    this.#send(to, passed);
  }

  /** Tells all that the meta object is another one. @param {string | undefined} etag of it */
  changed(etag) {
    for (const member of this.#members.values()) this.#say(member, { type: 'changed', etag });
  }

  #say(member, message) {
    this.#send(member, JSON.stringify(message));
  }

  #send(member, data) {
    member.socket.send(data);
    if (member.socket.queued() > this.#maxQueued) member.socket.close(1013, 'too slow');
  }
}
