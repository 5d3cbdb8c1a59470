/**
 * What JavaScript values are stored as, where that is not plain: the rules of the packages. Both formats store
 * DAG-CBOR by the same strict rules (0.14 page 1.2). 0.24 first cleans objects up, except what is in members
 * whose name starts with `_` (0.24 page 6.3). A rule gives the members of an object to be stored, or
 * `{ value }` to be stored in its place, or `{ refused }`: what it is that cannot be stored.
 */

/** 'Date', 'Map', 'Uint8Array' and the like, true also for objects of another frame. */
export const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** @typedef {{ members: [string, unknown][] } | { value: unknown } | { refused: string }} Stored */

/** @type {(value: object) => Stored} an object that is no list, no Uint8Array and no CID */
export function strictly(value) {
  if (ArrayBuffer.isView(value))
    return { value: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer') return { value: new Uint8Array(value) };
  if (tag === 'Map') return membersOfMap(value);
  if (tag === 'Object') return { members: Object.entries(value) };
  return { refused: `is of type ${tag}` };
}

/** @type {(value: object) => Stored} the same, cleaned up */
export function cleanedUp(value) {
  if (tagOf(value) === 'Date') {
    return Number.isNaN(value.getTime())
      ? { refused: 'is an invalid Date' }
      : { value: value.toISOString() };
  }
  return { members: withoutNothings(Object.entries(value)) };
}

function withoutNothings(members) {
  return members.filter(([, member]) => member !== undefined && !Number.isNaN(member));
}

function membersOfMap(map) {
  const members = [...map];
  return members.every(([name]) => typeof name === 'string')
    ? { members }
    : { refused: 'is a Map with keys that are no texts' };
}

/** Whether a member's value is stored strictly, whatever the rules around it are. */
export const isKeptAsItIs = (name) => name.startsWith('_');

/**
 * Whether something is a CID object of the `multiformats` package: it holds its own bytes as the member "/".
 */
export function isCid(value) {
  return value['/'] instanceof Uint8Array && value['/'] === value.bytes;
}
