import { CID } from 'multiformats/cid';

/**
 * The content of an attachment (0.24: sections 3.5 and 6.7, 0.14: section 8).
 *
 * @param {(cid: string) => { blocks: Map<string, Uint8Array> } | null} openIfThere
 * @param {{ car: object | object[], cid: object, size: number }} entry of a tagged document
 * @returns {Buffer}
 */
export function fileContent(openIfThere, entry) {
  for (const link of [entry.car].flat()) {
    const car = openIfThere(link['/']);
    if (!car) throw new Error(`the attachment CAR ${link['/']} is not there`);
    if (!car.blocks.has(entry.cid['/'])) continue;
    const content = Buffer.concat(chunks(car.blocks, entry.cid['/']));
    if (content.length !== entry.size) throw new Error(`${entry.cid['/']} has another size`);
    return content;
  }
  throw new Error(`no CAR of its entry has ${entry.cid['/']}`);
}

/** A raw block, or the raw blocks below a dag-pb one, in order. */
function chunks(blocks, cid) {
  const block = blocks.get(cid);
  if (!cid.startsWith('bafybei')) return [block];
  return links(block).flatMap((child) => chunks(blocks, child));
}

/** The CIDs of a dag-pb node's links: field 2 has messages whose field 1 is a CID. */
function links(block) {
  const found = [];
  for (const { field, bytes } of fields(block)) {
    if (field !== 2) continue;
    const hash = fields(bytes).find((each) => each.field === 1);
    found.push(String(CID.decode(hash.bytes)));
  }
  return found;
}

/** The length-delimited fields of a protobuf message; the varints in between are passed over. */
function fields(message) {
  const found = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const value = varint();
    if (tag % 8 !== 2) continue;
    found.push({ field: Math.floor(tag / 8), bytes: message.subarray(at, at + value) });
    at += value;
  }
  return found;
}
