// The documents of all benchmarks: 340 bytes of JSON each, from a seed, so that every device can tell by itself what
// it has to find. For Node and for pages.
const WORDS = (
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna ' +
  'aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat'
).split(' ');

/** @returns {() => number} from 0 to below 1 (mulberry32) */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Document number `n`: `doc-000123`, a title of about 30 characters, a body of about 200, a number, three tags. */
export function makeDocument(n) {
  const next = random(n + 1);
  const word = () => WORDS[Math.floor(next() * WORDS.length)];
  const text = (length) => {
    let made = word();
    while (made.length < length) made += ` ${word()}`;
    return made;
  };
  return {
    _id: `doc-${String(n).padStart(6, '0')}`,
    type: 'note',
    title: text(27),
    body: text(197),
    n,
    tags: [word(), word(), word()],
  };
}

/** Documents 0 to `count` - 1. */
export const makeDocuments = (count) => Array.from({ length: count }, (_, n) => makeDocument(n));

/**
 * @param {{ key: string, value: object }[]} rows what `allDocs` gave
 * @param {number} count
 * @throws {Error} unless they are documents 0 to `count` - 1, each as it was made
 */
export function checkRows(rows, count) {
  if (rows.length !== count) throw new Error(`${rows.length} of ${count} documents`);
  const found = new Map(rows.map(({ key, value }) => [key, value]));
  for (const document of makeDocuments(count)) {
    const value = found.get(document._id);
    const isSame = Object.keys(document).every(
      (member) => JSON.stringify(value?.[member]) === JSON.stringify(document[member]),
    );
    if (!isSame) throw new Error(`${document._id} reads ${JSON.stringify(value)}`);
  }
}
