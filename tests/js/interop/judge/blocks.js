import { decode } from '@ipld/dag-cbor';

/**
 * Loads every CAR that a meta leads to.
 *
 * @param {(cid: string) => { roots: string[], blocks: Map<string, Uint8Array> } | null} openIfThere
 * @param {string[][]} groups that the meta names
 * @returns {{ blocks: Map<string, Uint8Array>, heads: string[] }} `heads`: those of the groups, one after the other
 * @throws {Error} if a CAR that a header lists in `cars` is absent. Those in `compact` may be: the package deletes
 *   them; where they are there, they are read too, which recovers what compactions lost (format page 0.24, section 8)
 */
export function loadCars(openIfThere, groups) {
  const blocks = new Map();
  const heads = [];
  const loaded = new Set();

  /** @returns {object | null} the header, null if the group was loaded before or is absent */
  function load(group, isRequired) {
    if (loaded.has(group[0])) return null;
    let header = null;
    for (const cid of group) {
      loaded.add(cid);
      const car = openIfThere(cid);
      if (!car && isRequired) throw new Error(`the CAR ${cid} is not there`);
      car?.blocks.forEach((bytes, each) => blocks.set(each, bytes));
      if (car && cid === group[0]) header = readHeader(decode(car.blocks.get(car.roots[0])));
    }
    return header;
  }

  for (const group of groups) {
    loaded.delete(group[0]); // an entry may name a CAR that an earlier one lists
    const { head, cars, compact } = load(group, true);
    heads.push(...head);
    const headers = cars.map((each) => load(each, true));
    const compacted = [...compact, ...headers.flatMap((header) => header?.compact ?? [])];
    for (const each of compacted) load(each, false);
  }
  return { blocks, heads };
}

/** The header block of either format with CIDs as text: 0.24 has groups, 0.14 single CARs. */
function readHeader({ fp }) {
  const group = (cids) => [cids].flat().map(String);
  return {
    head: (fp.meta?.head ?? fp.head).map(String),
    cars: fp.cars.map(group),
    compact: fp.compact.map(group),
  };
}

/** An event block of either format (0.24: section 5.1, 0.14: section 5.1), with CIDs as text. */
export function readEvent({ data, parents }) {
  return {
    root: String(data.root),
    parents: parents.map(String),
    ops: (data.ops ?? [data]).map(({ key, type, value }) => ({ key, type, value: String(value) })),
  };
}

/** @template T @param {(key: string) => T} compute @returns {(key: string) => T} */
export function memoized(compute) {
  const known = new Map();
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key);
  };
}
