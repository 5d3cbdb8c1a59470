import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (page) => fileURLToPath(new URL(`../../../../docs/${page}`, import.meta.url));

const marks = (name) => [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`];

/** The part of a page of docs/ between the marks of that name. */
export function readPart(name, page = 'interop.md') {
  const text = readFileSync(pathOf(page), 'utf8');
  const [start, end] = marks(name);
  return text.slice(text.indexOf(start) + start.length, text.indexOf(end));
}

export function writePart(name, content, page = 'interop.md') {
  const text = readFileSync(pathOf(page), 'utf8');
  const [start, end] = marks(name);
  const before = text.slice(0, text.indexOf(start) + start.length);
  writeFileSync(pathOf(page), before + content + text.slice(text.indexOf(end)));
}
