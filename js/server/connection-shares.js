/** The connections of each client, of which it may have a number. */
export class ConnectionShares {
  #share;
  #displaced;
  /** @type {Map<string, Map<import('node:net').Socket, { bytes: number, since: number }>>} */
  #byClient = new Map();

  /**
   * @param {number} share of one client
   * @param {(client: string) => void} displaced is told when a connection had to go
   */
  constructor(share, displaced) {
    this.#share = share;
    this.#displaced = displaced;
  }

  /**
   * Takes a connection in. One too many ends the one of the same client that has gone longest without a byte: so who
   * holds on to all of its places hurts itself, and is let in all the same.
   *
   * @param {import('node:net').Socket} socket
   * @param {string} client
   */
  add(socket, client) {
    const own = this.#byClient.get(client) ?? new Map();
    this.#byClient.set(client, own);
    if (own.size >= this.#share) {
      longestIdle(own)?.destroy();
      this.#displaced(client);
    }
    own.set(socket, { bytes: 0, since: performance.now() });
    socket.once('close', () => {
      own.delete(socket);
      if (own.size === 0 && this.#byClient.get(client) === own) this.#byClient.delete(client);
    });
  }
}

/**
 * Looks at each, since none tells when a byte passes. Of those that have been idle as many seconds, the one of the fewest
 * bytes.
 */
function longestIdle(connections) {
  const now = performance.now();
  let found = null;
  let longest = -1;
  let fewest = Infinity;
  for (const [socket, state] of connections) {
    if (socket.destroyed) continue;
    const bytes = socket.bytesRead + socket.bytesWritten;
    if (bytes !== state.bytes) Object.assign(state, { bytes, since: now });
    const idle = Math.floor((now - state.since) / 1000);
    if (idle < longest || (idle === longest && bytes >= fewest)) continue;
    [found, longest, fewest] = [socket, idle, bytes];
  }
  return found;
}
