import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ReplicationError } from '../errors.js';
import { addToken } from './tokens-file.js';

/**
 * `fireproof-wasm token`: prints a new random token on standard error, where it is seen once, and its entry
 * for the file of `serve --tokens` on standard output. With `--add FILE` the entry goes into the file instead, and the
 * token to standard output.
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
      add: { type: 'string' },
    },
  });
  const { add, name, database, rights } = values;
  if (rights !== 'read' && rights !== 'write') {
    throw new ReplicationError('invalid-argument', `rights are read or write: ${rights}`);
  }
  const secret = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(secret).digest('hex');
  const entry = { name, sha256, databases: database ?? '*', rights };
  if (add === undefined) {
    console.error(`token: ${secret}`);
    console.log(JSON.stringify(entry));
    return 0;
  }
  const count = await addToken(add, entry);
  console.error(`${add} has ${count} tokens now; a server that runs reads it again at SIGHUP`);
  console.log(secret);
  return 0;
}
