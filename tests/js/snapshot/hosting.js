import { fireproof, snapshot } from 'fireproof-wasm';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

let made = 0;

/** Ends what a test began, in reverse. */
class Ends {
  #ends = [];
  add(end) {
    this.#ends.push(end);
  }
  async all() {
    for (const end of this.#ends.reverse()) await end();
  }
}

/**
 * A database with documents, deletions and attachments, and a static host for its snapshots.
 *
 * @param {{ kind: { format: string, public: boolean }, host: (folder: string) => Promise<{ url: string, stop: () =>
 *   Promise<void> }>, name?: string }} options
 * @param {(hosting: object) => Promise<void>} work
 */
export async function withHosting({ kind, host, name = `catalogue ${++made}` }, work) {
  const ends = new Ends();
  const folder = mkdtempSync(join(tmpdir(), 'fireproof-snapshot-'));
  ends.add(() => rmSync(folder, { recursive: true }));
  try {
    const { url, stop } = await host(folder);
    let isUp = true;
    const down = async () => isUp && ((isUp = false), stop());
    ends.add(down);
    const db = fireproof(name, { ...kind, storage: 'memory' });
    ends.add(() => db.destroy());
    const open = ({ as = name, ...options }) => {
      const opened = fireproof(as, options);
      ends.add(() => opened.close());
      return opened;
    };
    await work({ db, url, folder, down, open, publish: (options) => publish(db, folder, options) });
  } finally {
    await ends.all();
  }
}

async function publish(db, folder, options) {
  const result = await snapshot(db, options);
  for (const { path, bytes } of result.files) {
    const place = join(folder, decodeURIComponent(path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
  return { ...result, key: (await db.exportKey())?.hex };
}

export const PICTURE = new Uint8Array(70_000).map((_, index) => index % 251);

/** Documents of which one has an attachment, and some are changed or gone. */
export async function fill(db) {
  for (let n = 0; n < 6; n++) await db.put({ _id: `item-${n}`, n });
  await db.put({ _id: 'item-1', n: 'changed' });
  await db.del('item-2');
  await db.put({ _id: 'pictured', _files: { 'picture.bin': PICTURE } });
}

/** A fetch that notes what it was asked for. */
export function counting() {
  const paths = [];
  const fetch = (address, init) => {
    paths.push(decodeURIComponent(new URL(address).pathname));
    return globalThis.fetch(address, init);
  };
  return { fetch, paths };
}
