import { fromBase64, toBase64 } from '../database/base64.js';
import { ReplicationError } from '../errors.js';

/**
 * What a link says, as text for its fragment: base64url of JSON, or of JSON sealed under a passphrase.
 *
 * The key of that comes from PBKDF2-HMAC-SHA-256 of WebCrypto, which browsers and Node have. Argon2id would resist guessing
 * better, but libsodium's JavaScript build weighs more than the whole engine, and nobody who shares without a passphrase
 * should have to load it.
 */

/** OWASP's number for PBKDF2-HMAC-SHA-256. Kept in the envelope, so that it can grow. */
const ITERATIONS = 600_000;

/** The most that is done for a link of a stranger. */
const MOST_ITERATIONS = 10_000_000;

const SALT_BYTES = 16;
const IV_BYTES = 12;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @param {object} said @param {string} [passphrase] @returns {Promise<string>} */
export async function sealText(said, passphrase) {
  const plain = encoder.encode(JSON.stringify(said));
  if (passphrase === undefined) return `1.${toUrl(plain)}`;
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const key = await keyOf(passphrase, salt, ITERATIONS);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain));
  return `2.${ITERATIONS}.${toUrl(salt)}.${toUrl(iv)}.${toUrl(sealed)}`;
}

/**
 * @param {string} text
 * @param {string} [passphrase]
 * @returns {Promise<any>}
 * @throws {ReplicationError} `invalid-argument` if it is none; `key-missing` without the passphrase, `key-mismatch` with
 *   another one
 */
export async function openText(text, passphrase) {
  const [version, ...parts] = text.split('.');
  try {
    if (version === '1' && parts.length === 1) return JSON.parse(decoder.decode(fromUrl(parts[0])));
  } catch (cause) {
    throw noLink(cause);
  }
  if (version !== '2' || parts.length !== 4) throw noLink();
  if (passphrase === undefined) {
    throw new ReplicationError('key-missing', 'this link wants a passphrase');
  }
  const iterations = Number(parts[0]);
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > MOST_ITERATIONS)
    throw noLink();
  const [salt, iv, sealed] = parts.slice(1).map(fromUrl);
  const key = await keyOf(passphrase, salt, iterations);
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed);
    return JSON.parse(decoder.decode(plain));
  } catch (cause) {
    throw new ReplicationError('key-mismatch', 'this is not the passphrase of this link', {
      cause,
    });
  }
}

async function keyOf(passphrase, salt, iterations) {
  const secret = encoder.encode(passphrase.normalize('NFC'));
  const base = await crypto.subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
  const derivation = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  const algorithm = { name: 'AES-GCM', length: 256 };
  return crypto.subtle.deriveKey(derivation, base, algorithm, false, ['encrypt', 'decrypt']);
}

const toUrl = (bytes) =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

function fromUrl(text) {
  try {
    return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (cause) {
    throw noLink(cause);
  }
}

export const noLink = (cause) =>
  new ReplicationError('invalid-argument', 'this is no link that share() made', { cause });
