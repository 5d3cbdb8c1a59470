import { appendFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asReplicationError } from '../errors.js';
import { whyNoItem } from './queue-store.js';

const ITEM = '.item';
const DAMAGED = '.damaged';
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
        const damaged = [];
        const found = await Promise.all(
          names.map((name) =>
            read(dir, name).catch(async (error) => {
              damaged.push(`${name}: ${error.message}`);
              // It is kept for whoever wants to look, and stops nothing any more.
              await rename(join(dir, name), join(dir, name + DAMAGED)).catch(() => {});
              return null;
            }),
          ),
        );
        const items = found.filter((item) => item !== null);
        return { items, confirmed: await linesOf(join(dir, CONFIRMED)), damaged };
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
  const head = { ...item, size: bytes.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

/** @throws {Error} what is wrong with it */
async function read(dir, name) {
  const content = await readFile(join(dir, name));
  const end = content.indexOf('\n');
  const { size, ...head } = JSON.parse(content.subarray(0, Math.max(0, end)).toString());
  const bytes = new Uint8Array(content.subarray(end + 1));
  if (size !== bytes.length) throw new Error(`${bytes.length} bytes in place of ${size}`);
  const item = { ...head, bytes };
  const why = whyNoItem(item);
  if (why !== null) throw new Error(why);
  if (encodeURIComponent(item.id) + ITEM !== name) throw new Error(`it is ${item.id}`);
  return item;
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
