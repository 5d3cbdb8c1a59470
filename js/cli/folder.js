import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What people can do about failures of the system. */
const CURES = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'its quota is used up',
  ENOTDIR: 'something on the way to it is a file',
  EEXIST: 'it is a file',
};

/**
 * Sees to it that objects can be stored in a folder, by storing something, so that a server fails when it is started and
 * not at the first upload.
 *
 * @param {string} dir made if it is not there
 * @throws {Error} that names the folder and says why
 */
export async function checkFolder(dir) {
  const path = resolve(dir);
  const drafts = join(path, '.drafts');
  const probe = join(drafts, `probe-${randomBytes(8).toString('hex')}`);
  try {
    const state = await stat(path).catch(() => null);
    if (state !== null && !state.isDirectory())
      throw Object.assign(new Error(), { code: 'EEXIST' });
    await mkdir(drafts, { recursive: true });
    await writeFile(probe, 'written at the start, to see whether objects can be stored\n');
    await rm(probe);
  } catch (cause) {
    const reason = CURES[cause.code] ?? cause.code ?? cause.message;
    throw new Error(`objects cannot be stored in ${path}: ${reason}`, { cause });
  }
}
