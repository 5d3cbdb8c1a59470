import { readFileSync } from 'node:fs';

/** The version of the package, whose package.json lies beside `dist/`, and two folders above this file. */
export function version() {
  for (const place of ['../package.json', '../../package.json']) {
    const text = readIfThere(new URL(place, import.meta.url));
    const { name, version: found } = text ? JSON.parse(text) : {};
    if (name === 'fireproof-wasm') return found;
  }
  return 'unknown';
}

function readIfThere(url) {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
}
