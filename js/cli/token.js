import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ReplicationError } from '../errors.js';

/**
 * `fireproof-wasm token`: prints a new random token on standard error, where it is seen once, and its entry
 * for the file of `serve --tokens` on standard output.
 *
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export async function token(args) {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: 'string' },
      database: { type: 'string', multiple: true },
      rights: { type: 'string', default: 'write' },
    },
  });
  const { name, database, rights } = values;
  if (rights !== 'read' && rights !== 'write') {
    throw new ReplicationError('invalid-argument', `rights are read or write: ${rights}`);
  }
  const secret = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(secret).digest('hex');
  console.error(`token: ${secret}`);
  console.log(JSON.stringify({ name, sha256, databases: database ?? '*', rights }));
  return 0;
}
