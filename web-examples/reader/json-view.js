import { element } from '../shared/element.js';

const INDENT = '  ';

/**
 * A value as indented JSON with its kinds marked, `<span class="json-key">` and so on. Bytes and
 * BigInts, which JSON lacks, are shown as the JavaScript that makes them.
 *
 * @param {unknown} value
 * @returns {HTMLElement} `<pre>`
 */
export function jsonView(value) {
  const parts = [];
  write(value, '', parts);
  return element('pre', { class: 'json' }, ...parts);
}

/** What `JSON.stringify` gives where that is possible. */
export const jsonText = (value) => jsonView(value).textContent;

/**
 * @param {unknown} value
 * @param {string} indent of the line that the value begins in
 * @param {(Node | string)[]} parts is added to
 */
function write(value, indent, parts) {
  const isBytes = value instanceof Uint8Array;
  if (isBytes || value === null || typeof value !== 'object') {
    parts.push(isBytes ? marked('bytes', bytesText(value)) : scalar(value));
    return;
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isList ? '[]' : '{}';
  parts.push(open);
  for (const [index, [key, member]] of entries.entries()) {
    parts.push(`${index > 0 ? ',' : ''}\n${indent}${INDENT}`);
    if (!isList) parts.push(marked('key', JSON.stringify(key)), ': ');
    write(member, indent + INDENT, parts);
  }
  parts.push(entries.length > 0 ? `\n${indent}${close}` : close);
}

function scalar(value) {
  if (typeof value === 'bigint') return marked('number', `${value}n`);
  if (typeof value === 'string') return marked('string', JSON.stringify(value));
  return marked(typeof value === 'number' ? 'number' : 'constant', String(value));
}

function bytesText(bytes) {
  return `Uint8Array.of(${[...bytes].join(', ')})`;
}

const marked = (kind, text) => element('span', { class: `json-${kind}` }, text);
