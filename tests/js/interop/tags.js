/**
 * Documents as JSON, for crossing to the processes of the real packages and for comparing: values that JSON
 * lacks are tagged as in the expected.json of tests/fixtures, `{"$bytes": base64}`, `{"$bigint": decimal}`,
 * `{"/": cid}`, and `{"$file": …}` for an attachment on its way in.
 */

const isLink = (value) => value.asCID === value || (value['/'] && value['/'] === value.bytes);

/** @param {any} value of any of the packages: links are CID objects or already `{"/": text}` */
export function tagged(value) {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value === null || typeof value !== 'object') return Object.is(value, -0) ? 0 : value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (isLink(value)) return { '/': String(value) };
  if (Array.isArray(value)) return value.map(tagged);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined && typeof member !== 'function')
    .map(([key, member]) => [key, tagged(member)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}

/**
 * @param {any} value tagged JSON
 * @param {(text: string) => any} linkOf makes what the package takes as a link
 */
export function untagged(value, linkOf) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((member) => untagged(member, linkOf));
  const keys = Object.keys(value);
  if (keys.length === 1) {
    if (typeof value.$bytes === 'string')
      return new Uint8Array(Buffer.from(value.$bytes, 'base64'));
    if (typeof value.$bigint === 'string') return BigInt(value.$bigint);
    if (typeof value['/'] === 'string') return linkOf(value['/']);
    if (value.$file) return fileOf(value.$file);
  }
  return Object.fromEntries(keys.map((key) => [key, untagged(value[key], linkOf)]));
}

/** An attachment as a document to be written holds it. */
export const fileTag = (bytes, name, type = '') => ({
  $file: {
    base64: Buffer.from(bytes).toString('base64'),
    name,
    type,
    lastModified: 1_700_000_000_000,
  },
});

function fileOf({ base64, name, type, lastModified }) {
  return new File([Buffer.from(base64, 'base64')], name, { type, lastModified });
}
