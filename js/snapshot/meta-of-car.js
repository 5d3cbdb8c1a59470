import { cidText } from '../interop/car-header.js';
import { keyHex } from './key-hex.js';

const encoder = new TextEncoder();

/**
 * The meta record that names one CAR and nothing else: what a link to a CAR stands for.
 *
 * @param {string} car CID of a data CAR
 * @param {{ format: string, key?: string }} options `key`: hex or base58 with z, which a 0.14 meta
 *   says; absent: public. In 0.24 no meta has one
 * @returns {Promise<Uint8Array>}
 */
export async function metaOfCar(car, { format, key }) {
  const meta =
    format === '0.14'
      ? { car: { '/': car }, key: key ? keyHex(key, format) : null }
      : [await entryOf(car)];
  return encoder.encode(JSON.stringify(meta));
}

/** An entry without parents (format page 0.24, section 2.1). */
async function entryOf(car) {
  const named = encoder.encode(JSON.stringify({ cars: [{ '/': car }] }));
  const block = Uint8Array.from([
    ...[0xa2, ...text('data')],
    ...[0xa1, ...text('dbMeta'), 0x58, named.length, ...named],
    ...[...text('parents'), 0x80],
  ]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', block));
  const cid = cidText(Uint8Array.from([1, 0x71, 0x12, 0x20, ...digest]));
  return { cid, parents: [], data: `M${btoa(String.fromCharCode(...block))}` };
}

/** A short text in DAG-CBOR. */
const text = (value) => [0x60 + value.length, ...encoder.encode(value)];
