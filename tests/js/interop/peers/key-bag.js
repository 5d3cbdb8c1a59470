import { base58btc } from 'multiformats/bases/base58';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the key-bag entry of a database before it is opened (format page 0.24, section 4.4).
 *
 * @param {string} folder of the key bag
 * @param {string} database name
 * @param {string} hex 16 bytes
 */
export function presetKey(folder, database, hex) {
  const bytes = Buffer.from(hex, 'hex');
  const key = base58btc.encode(bytes);
  const fingerPrint = base58btc.encode(createHash('sha256').update(bytes).digest());
  const id = `@${database}-data@`;
  const keys = { [fingerPrint]: { key, fingerPrint, default: true } };
  const file = `${id.replace(/[^a-zA-Z0-9]/g, '_')}.json`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, file),
    JSON.stringify({ id, clazz: 'V2StorageKeyItem', item: { name: id, keys } }),
  );
}
