import { cidText } from '../../interop/car-header.js';

/** Bytes of the largest block. Nodes exchange no larger ones than 2 MiB, and some RPCs take requests of 1 MiB at most. */
export const LARGEST_BLOCK = 512 * 1024;

/**
 * The name that IPFS gives to bytes as one raw block.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<string>}
 */
export async function rawCid(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return cidText(Uint8Array.from([1, 0x55, 0x12, 0x20, ...digest]));
}

/** Whether a text can be such a name. @param {unknown} text */
export const isRawCid = (text) => typeof text === 'string' && /^bafkrei[a-z2-7]{52}$/.test(text);
