/**
 * The contract between the engine and a way to other engines. A transport moves opaque frames of bytes and knows
 * nothing of what is in them (docs/peer-protocol.md). It gives each way to another engine a number of its own, from 1
 * on, that is never used again.
 *
 * - Frames of one way arrive whole and in the order in which they were sent, or the way ends.
 * - A way that ends, for whatever reason, is told once as `closed`, unless it was closed from here. The transport tries
 *   to make a new one by itself, with growing pauses.
 *
 * @typedef {object} PeerEvents what a transport tells
 * @property {(error?: import('../errors.js').ReplicationError) => void} link others can be reached, and those who
 *   are known to be there were told as `opened`; with an error: they cannot, until the next call
 * @property {(peer: number) => void} opened
 * @property {(peer: number, frame: Uint8Array) => void} received the frame is the listener's own
 * @property {(peer: number) => void} closed
 *
 * @typedef {object} PeerTransport
 * @property {string} name kind and address, without credentials, for messages
 * @property {(events: PeerEvents) => void} start is called once; events come only later
 * @property {(peer: number, frame: Uint8Array) => void} send never fails: a way that cannot send ends
 * @property {(peer: number) => void} close ends a way
 * @property {() => void} stop ends everything; no event comes after it
 */

/** Milliseconds after which a transport tries again what has failed, growing to the second. */
export const RETRY_FIRST = 1000;
export const RETRY_LAST = 60_000;

/**
 * How long to wait after failures in a row, a random half of it so that many do not come at once.
 *
 * @param {number} failures from 1 on
 * @returns {number} milliseconds
 */
export function retryDelay(failures) {
  const longest = Math.min(RETRY_LAST, RETRY_FIRST * 2 ** Math.min(failures - 1, 16));
  return longest * (0.5 + Math.random() / 2);
}
