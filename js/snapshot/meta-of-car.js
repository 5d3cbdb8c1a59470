import { cidText } from '../interop/car-header.js';

const encoder = new TextEncoder();

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/**
 * The meta record that names one CAR and nothing else: what a link to a CAR stands for.
 *
 * @param {string} car CID of a data CAR
 * @param {{ format: string, key?: string }} options `key`: hex or base58 with z, which a 0.14 meta
 *   says; absent: public. In 0.24 no meta has one
 * @returns {Promise<Uint8Array>}
 */
export async function metaOfCar(car, { format, key }) {
  const meta = format === '0.14' ? { car: { '/': car }, key: hexOf(key) } : [await entryOf(car)];
  return encoder.encode(JSON.stringify(meta));
}

/** The form that a 0.14 meta has a key in. What is no key stays as it is, for the engine to refuse. */
function hexOf(key) {
  if (!key?.startsWith('z')) return key ?? null;
  let number = 0n;
  for (const digit of key.slice(1)) number = number * 58n + BigInt(BASE58.indexOf(digit));
  return number.toString(16).padStart(64, '0');
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
