// Which needs the machine does not meet.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const headerFolders = [
  ...(process.env.CPATH ?? '').split(delimiter).filter(Boolean),
  '/usr/include',
  '/usr/local/include',
  '/opt/homebrew/include',
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of the first of the commands that PATH has, or null. */
export function findCommand(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    const folder = folders.find((each) => isExecutable(join(each, name)));
    if (folder) return join(folder, name);
  }
  return null;
}

export const hasHeader = (name) => headerFolders.some((folder) => existsSync(join(folder, name)));

/** @param {import('./needs.mjs').Need} need */
export function isMet({ files }) {
  if (files.kind === 'command') return findCommand(files.names) !== null;
  return files.names.some(hasHeader);
}
