import { appendFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asReplicationError } from '../errors.js';

const ITEM = '.item';
const CONFIRMED = 'confirmed';

/**
 * A store for Node, a folder: what was handed over survives the end of the process, also by a crash, and goes out when an
 * adapter is made with the same folder again. One process at a time.
 *
 * @param {string} dir one for each database and remote; made when it is needed
 * @returns {import('./queue-store.js').QueueStore} rejects with `storage-lost`
 */
export function folderQueue(dir) {
  const pathOf = (id) => join(dir, encodeURIComponent(id) + ITEM);
  const using = async (work) => {
    try {
      return await work();
    } catch (error) {
      throw asReplicationError(error, 'storage-lost', `queue in ${dir}`);
    }
  };
  return {
    load: () =>
      using(async () => {
        await mkdir(dir, { recursive: true });
        const names = (await readdir(dir)).filter((name) => name.endsWith(ITEM));
        const items = await Promise.all(names.map(async (name) => read(join(dir, name))));
        return { items, confirmed: await linesOf(join(dir, CONFIRMED)) };
      }),
    put: (item) =>
      using(async () => {
        const path = pathOf(item.id);
        await writeFile(`${path}.draft`, packed(item), { flush: true });
        await rename(`${path}.draft`, path);
      }),
    remove: (id) => using(() => rm(pathOf(id), { force: true })),
    confirm: (id, isRemembered) =>
      using(async () => {
        if (isRemembered) await appendFile(join(dir, CONFIRMED), `${id}\n`);
        await rm(pathOf(id), { force: true });
      }),
  };
}

/** One line of JSON, and the bytes. */
function packed({ bytes, ...item }) {
  return Buffer.concat([Buffer.from(`${JSON.stringify(item)}\n`), bytes]);
}

async function read(path) {
  const content = await readFile(path);
  const end = content.indexOf('\n');
  const item = JSON.parse(content.subarray(0, end));
  return { ...item, bytes: new Uint8Array(content.subarray(end + 1)) };
}

/** Whole lines only: the last one may have been cut off. */
async function linesOf(path) {
  try {
    return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
