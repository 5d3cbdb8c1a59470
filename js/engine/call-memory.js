import { ReplicationError } from '../errors.js';

/**
 * Bytes of what one write may hand to the engine, and of all writes that are under way, and of all attachments that are
 * being read. The engine takes about six times as much, and 2 GB are all that its memory can become: beyond, it ends.
 */
export const LARGEST_WRITE = 256 * 1024 * 1024;

/** Lets calls in one after the other, as long as they fit into memory together. */
export class CallMemory {
  #taken = 0;
  /** @type {{ bytes: number, start: () => void }[]} */
  #waiting = [];

  /**
   * Runs a call at once if it fits beside those that run and nobody waits, else in its turn. One that is larger than all
   * there is runs alone.
   *
   * @template T
   * @param {number} bytes
   * @param {() => Promise<T>} call
   * @returns {Promise<T>}
   */
  run(bytes, call) {
    if (this.#waiting.length === 0 && this.#fits(bytes)) return this.#start(bytes, call);
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, start: () => resolve(this.#start(bytes, call)) });
    });
  }

  #fits(bytes) {
    return this.#taken === 0 || this.#taken + bytes <= LARGEST_WRITE;
  }

  #start(bytes, call) {
    this.#taken += bytes;
    const running = call();
    const end = () => {
      this.#taken -= bytes;
      while (this.#waiting.length > 0 && this.#fits(this.#waiting[0].bytes)) {
        this.#waiting.shift().start();
      }
    };
    running.then(end, end);
    return running;
  }
}

/**
 * @param {Uint8Array[]} pieces of a write
 * @returns {number} bytes
 * @throws {ReplicationError} `invalid-document`
 */
export function sizeOfWrite(pieces) {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= LARGEST_WRITE) return bytes;
  const message = `this write has ${bytes} bytes, and at most ${LARGEST_WRITE} can be written at once; write fewer documents or attachments at a time`;
  throw new ReplicationError('invalid-document', message);
}
