import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../../../docs/interop.md', import.meta.url));

const marks = (name) => [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`];

/** The part of docs/interop.md between the marks of that name. */
export function readPart(name) {
  const text = readFileSync(path, 'utf8');
  const [start, end] = marks(name);
  return text.slice(text.indexOf(start) + start.length, text.indexOf(end));
}

export function writePart(name, content) {
  const text = readFileSync(path, 'utf8');
  const [start, end] = marks(name);
  const before = text.slice(0, text.indexOf(start) + start.length);
  writeFileSync(path, before + content + text.slice(text.indexOf(end)));
}
