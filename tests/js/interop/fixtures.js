import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureFolder } from '../package/remote.js';

/** What the package reports about a fixture. @param {string} name as '0.24/a-three-docs' */
export function expectationOf(name) {
  return JSON.parse(readFileSync(join(fixtureFolder(name), '..', 'expected.json'), 'utf8'));
}

/** A fixture as the judge takes it. */
export const remoteOf = (name) => ({ folder: fixtureFolder(name), ...expectationOf(name) });
