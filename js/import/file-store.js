import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ReplicationError } from '../errors.js';
import { defaultKey } from './default-key.js';

/**
 * The file store of the JavaScript package in Node (format pages: 0.24 section 1.2, 0.14 section 2.1), which is only read.
 *
 * @param {string} dir folder of one database, with `data/` and `meta/`
 * @param {{ keyBag?: string }} [options] folder of the package's keys, 0.24 only
 * @returns {Promise<import('./package-store.js').PackageStore | null>} null: it is no such folder
 * @throws {ReplicationError} `unsupported-format`
 */
export async function fileStore(dir, { keyBag } = {}) {
  const folder = resolve(dir);
  const names = await readdir(folder).catch(() => []);
  if (!names.includes('data') || !names.includes('meta')) return null;
  const inside = await readdir(join(folder, 'meta'));
  // A replica has folders there.
  if (!inside.includes('main.json') && !inside.includes('version')) return null;
  const database = basename(folder);
  const version = await textIn(join(folder, 'meta', 'version'));
  const format = version === null ? '0.14' : formatOf(version, folder);
  return {
    database,
    format,
    where: `the Fireproof store ${folder}`,
    meta: await bytesIn(join(folder, 'meta', 'main.json')),
    key: format === '0.24' && keyBag ? await keyIn(keyBag, database) : null,
    readCar(kind, cid) {
      const isBare = format === '0.24' && kind === 'file';
      return bytesIn(join(folder, 'data', isBare ? cid : `${cid}.car`));
    },
  };
}

/** 0.20 to 0.24 say "v0.19-file", after the layout; what 0.18 and 0.19 wrote shows in the names of CARs. */
function formatOf(version, folder) {
  if (version.startsWith('v0.19')) return '0.24';
  throw new ReplicationError(
    'unsupported-format',
    `${folder} has the layout "${version}", which is that of an older Fireproof than 0.20`,
  );
}

/** The key by which the package would seal (format page 0.24, sections 1.5 and 4.4). */
async function keyIn(keyBag, database) {
  const name = `@${database}-data@`.replace(/[^a-zA-Z0-9]/g, '_');
  const text = await textIn(join(keyBag, `${name}.json`));
  return text === null ? null : defaultKey(JSON.parse(text));
}

/** Where the package keeps keys, beside its stores: `~/.fireproof/keybag`. @param {string} dir of one database */
export const keyBagBeside = (dir) => join(dirname(dirname(resolve(dir))), 'keybag');

async function bytesIn(path) {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

const textIn = async (path) => {
  const bytes = await bytesIn(path);
  return bytes && new TextDecoder().decode(bytes).trim();
};
