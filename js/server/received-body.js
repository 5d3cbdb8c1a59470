/** Bytes of a body that the server looks at. */
export const START_BYTES = 64;

/** Memory for bodies that wait to be stored, shared by the requests of one store. */
export class BodyMemory {
  #free;

  /** @param {number} bytes of all bodies together */
  constructor(bytes) {
    this.#free = bytes;
  }

  /** @param {number} bytes @returns {boolean} false: there is not so much left */
  take(bytes) {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  /** @param {number} bytes */
  give(bytes) {
    this.#free += bytes;
  }
}

/**
 * Reads a body into memory: as much as has come, whatever was announced, and no further than the limit.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {{ limit: number, memory: BodyMemory }} options limit in bytes
 * @returns {Promise<{ bytes: Uint8Array, received: import('./object-store.js').Received, release: () => void }
 *   | 'too-large' | 'incomplete' | 'busy'>} busy: there is no memory for it now. `release` gives it back
 */
export async function receiveBody(body, { limit, memory }) {
  let taken = 0;
  const release = () => memory.give(taken);
  const reader = (body ?? new Blob([]).stream()).getReader();
  const parts = [];
  const stop = (outcome) => {
    reader.cancel().catch(() => {});
    release();
    return outcome;
  };
  for (;;) {
    const part = await reader.read().catch(() => null);
    if (part === null) return stop('incomplete');
    if (part.done) break;
    const { length } = part.value;
    if (taken + length > limit) return stop('too-large');
    if (!memory.take(length)) return stop('busy');
    taken += length;
    parts.push(part.value);
  }
  const bytes = join(parts, taken);
  const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return {
    bytes,
    received: { size: taken, sha256, start: bytes.subarray(0, START_BYTES) },
    release,
  };
}

/**
 * @param {Uint8Array[]} parts emptied
 * @param {number} length of all together, bytes
 */
function join(parts, length) {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts.splice(0)) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
