import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
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

/**
 * Adds a token to a file, which is made if it is not there, readable for its owner alone. Whoever reads it meanwhile finds the
 * old list or the new one.
 *
 * @param {string} path
 * @param {import('../server/tokens.js').Token} entry with `sha256`
 * @returns {Promise<number>} tokens that the file has now
 * @throws {ReplicationError} `invalid-argument` if the file or the entry is not as it should be; it stays as it was
 */
export async function addToken(path, entry) {
  const state = await stat(path).catch(() => null);
  const list = state === null ? [] : await readList(path);
  const { name } = entry;
  if (name !== undefined && list.some((other) => other.name === name)) {
    throw new ReplicationError('invalid-argument', `${path}: there is a token named ${name}`);
  }
  const all = [...list, entry];
  checked(path, all);
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    const text = `[\n${all.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`;
    await writeFile(draft, text, { mode: (state?.mode ?? 0o600) & 0o777, flag: 'wx', flush: true });
    // The server may run as another user, for whom the file was made readable.
    if (state !== null) await chown(draft, state.uid, state.gid).catch(() => {});
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new Error(`${path}: cannot be written: ${cause.code}`, { cause });
  }
  return all.length;
}

const refuse = (path, message, cause) => {
  throw new ReplicationError('invalid-argument', `${path}: ${message}`, { cause });
};

const read = async (path) => checked(path, await readList(path));

/** @returns {Promise<any>} what the file says, checked for what is secret only */
async function readList(path) {
  const text = await readFile(path, 'utf8').catch((error) =>
    refuse(path, `cannot be read: ${error.code}`, error),
  );
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the file.
    refuse(path, 'is not JSON');
  }
  if (!Array.isArray(list)) refuse(path, 'is not a list of tokens');
  if (list.some((entry) => entry?.token !== undefined)) {
    refuse(path, 'has a token in clear text: keep its sha256, as `fireproof-wasm token` prints it');
  }
  return list;
}

/** The function that decides by a list. */
function checked(path, list) {
  try {
    return bearerTokens(list);
  } catch (error) {
    return refuse(path, error.message, error);
  }
}
