import { readFile } from 'node:fs/promises';
import { ReplicationError } from '../errors.js';
import { bearerTokens } from '../server/index.js';

/**
 * The tokens of a file, which can be read again while the server runs.
 *
 * @param {string} path of a JSON list of tokens as tokens.js has them, with `sha256` in place of `token`
 * @returns {Promise<{ authorize: import('../server/access.js').Authorize, reload: () => Promise<void> }>}
 *   `reload` rejects, and leaves everything as it was, if the file is not as it should be
 * @throws {ReplicationError} `invalid-argument`
 */
export async function tokensFile(path) {
  let current = await read(path);
  return {
    authorize: (token, wish) => current(token, wish),
    async reload() {
      current = await read(path);
    },
  };
}

async function read(path) {
  const refuse = (message, cause) => {
    throw new ReplicationError('invalid-argument', `${path}: ${message}`, { cause });
  };
  const text = await readFile(path, 'utf8').catch((error) =>
    refuse(`cannot be read: ${error.code}`, error),
  );
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the file.
    refuse('is not JSON');
  }
  if (Array.isArray(list) && list.some((entry) => entry?.token !== undefined)) {
    refuse('has a token in clear text: keep its sha256, as `fireproof-wasm token` prints it');
  }
  try {
    return bearerTokens(list);
  } catch (error) {
    return refuse(error.message, error);
  }
}
