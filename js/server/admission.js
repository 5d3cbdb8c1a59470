import { FIREPROOF_CAR } from './car-cid.js';

/** How the encrypted envelope of a 0.24 CAR begins: `{ "iv": 12 bytes, … }` (format page 0.24, section 4.2). */
const ENVELOPE = [0xa3, 0x62, 0x69, 0x76, 0x4c];

/**
 * Checks a body before it is stored, as far as that can be done without keys. The name of a 0.24 CAR is the
 * hash of its plain form, so an encrypted one is taken unchecked, and never replaced afterwards.
 *
 * @param {import('./object-key.js').ObjectKey} key
 * @param {import('./object-store.js').Received} received
 * @returns {string | null} why it must not be stored; null if it may
 */
export function reasonToRefuse({ cid }, { size, sha256, start }) {
  if (cid === null) return size === 0 ? 'a meta is not empty' : null;
  if (cid.digest.every((byte, index) => byte === sha256[index])) return null;
  const isEnvelope = ENVELOPE.every((byte, index) => byte === start[index]);
  if (cid.codec === FIREPROOF_CAR && isEnvelope) return null;
  return `the bytes do not match the CID ${cid.text}`;
}
