import { ReplicationError } from '../errors.js';

/**
 * A meta of 0.14 (format page 0.14, section 3).
 *
 * @param {Uint8Array} bytes
 * @returns {{ car: string, key: string | null }} the newest CAR, and the key in lower case; null: public
 * @throws {ReplicationError} `corrupt-meta`
 */
export function parseHeader(bytes) {
  try {
    const { car, key } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof car['/'] === 'string') return { car: car['/'], key: key?.toLowerCase() ?? null };
  } catch {
    // Reported below.
  }
  throw new ReplicationError('corrupt-meta', 'a meta is not one of Fireproof 0.14');
}
