import { decode } from '@ipld/dag-cbor';
import { CID } from 'multiformats/cid';
import { checkBlock } from './car.js';

/**
 * What a remote's meta names: `{ groups: string[][], key: Buffer | null }`, one commit group an entry.
 */
export const readMeta = { 0.24: readMeta24, 0.14: readMeta14 };

/** Format page 0.24, section 2.1, and the shapes of 2.3. */
function readMeta24(bytes, key) {
  const meta = JSON.parse(Buffer.from(bytes));
  const groups = (Array.isArray(meta) ? meta : meta.metas).map(({ cid, data }) => {
    const block = Buffer.from(data.slice(1), 'base64');
    checkBlock(CID.parse(cid), block);
    const { dbMeta } = decode(block).data;
    return JSON.parse(Buffer.from(dbMeta)).cars.map((link) => link['/']);
  });
  return { groups, key };
}

/** Format page 0.14, section 3. */
function readMeta14(bytes) {
  const { car, key } = JSON.parse(Buffer.from(bytes));
  return { groups: [[car['/']]], key: key && Buffer.from(key, 'hex') };
}
