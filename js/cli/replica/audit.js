import { asReplicationError } from '../../errors.js';
import { readHeader } from './blocks.js';
import { readMetas } from './metas.js';
import { openCar } from './open-car.js';
import { reach } from './reach.js';

/**
 * @typedef {'whole' | 'missing' | 'damaged' | 'sealed'} CarState sealed: nobody without the key can tell
 *
 * @typedef {object} AuditedCar
 * @property {string} cid
 * @property {'data' | 'file'} kind
 * @property {number} bytes stored, 0 if it is missing
 * @property {CarState} state
 * @property {string} [problem] what is wrong
 *
 * @typedef {object} Audit what one remote or store holds of a database
 * @property {boolean} hasMeta
 * @property {string[]} heads event CIDs, sorted
 * @property {{ cid: string, parents: string[], keys: string[] }[]} events that the heads lead to, newest first
 * @property {AuditedCar[]} cars those of the log, newest first, and of attachments
 * @property {{ cid: string, problem: string }[]} problems of the meta and of blocks: those that a head leads to and no CAR has
 * @property {number} entries of the shards of the heads: documents, with deleted ones, if there is one head
 */

/**
 * Reads all that a remote holds: the meta, the CARs of the log, every block, and what every head leads to, attachments
 * included. Uses no engine: it trusts nothing and repairs nothing.
 *
 * @param {import('../../connectors/connector.js').Connector} connector
 * @param {{ format: string, keys: string[], onCar?: (done: number, known: number) => void }} options `keys`: hex. Of an
 *   encrypted 0.24 database without one, the CARs that the meta names are looked for, and nothing else is seen
 * @returns {Promise<Audit>}
 * @throws {ReplicationError} of the connector, if the remote cannot be read
 */
export async function audit(connector, { format, keys: given, onCar = () => {} }) {
  const answer = await connector.getMeta({});
  const hasMeta = answer.status === 'found';
  const { groups, keys: told, problems } = hasMeta ? metasOf(answer.metas, format) : NOTHING;
  const keys = [...given, ...told];
  /** @type {Map<string, AuditedCar>} */
  const cars = new Map();
  const blocks = new Map();
  const optional = [];
  const heads = new Set();
  let done = 0;

  async function load(kind, cid, isOptional = false) {
    if (cars.has(cid)) return null;
    const car = { cid, kind, bytes: 0, state: 'missing' };
    const stored = await connector.getCar({ kind, cid });
    if (stored === null && isOptional) return null;
    cars.set(cid, car);
    onCar((done += 1), cars.size);
    if (stored === null) {
      car.problem = 'it is not there';
      return null;
    }
    car.bytes = stored.length;
    try {
      const opened = await openCar(stored, cid, { format, keys });
      car.state = 'whole';
      return opened;
    } catch (error) {
      car.state = error.code === 'key-missing' ? 'sealed' : 'damaged';
      car.problem = asReplicationError(error, 'corrupt-car', cid).message;
      return null;
    }
  }

  /** @returns {Promise<ReturnType<typeof readHeader> | null>} header of the group */
  async function loadGroup(group, isOptional) {
    let header = null;
    for (const [index, cid] of group.entries()) {
      const opened = await load('data', cid, isOptional);
      opened?.blocks.forEach((bytes, each) => blocks.set(each, bytes));
      if (index === 0 && opened) header = headerOf(opened, cars.get(cid));
    }
    if (header) optional.push(...header.compact);
    return header;
  }

  for (const group of groups) {
    const header = await loadGroup(group, false);
    header?.head.forEach((event) => heads.add(event));
    for (const each of header?.cars ?? []) await loadGroup(each, false);
  }
  let found = reach(blocks, [...heads]);
  if (found.missing.length > 0) {
    // What a compaction replaced may still be there, and has what others forgot.
    for (const group of optional) await loadGroup(group, true);
    found = reach(blocks, [...heads]);
  }
  await checkAttachments(found.attachments, load, problems);
  const isReadable = [...cars.values()].every(({ state }) => state !== 'sealed');
  const lost = isReadable ? found.missing : [];
  return {
    hasMeta,
    heads: found.heads,
    events: found.events,
    entries: found.entries,
    cars: [...cars.values()],
    problems: [...problems, ...lost],
  };
}

const NOTHING = { groups: [], keys: [], problems: [] };

function metasOf(metas, format) {
  try {
    return readMetas(metas, format);
  } catch (error) {
    return { ...NOTHING, problems: [{ cid: 'meta', problem: error.message }] };
  }
}

function headerOf({ root, blocks }, car) {
  try {
    return readHeader(blocks.get(root));
  } catch {
    Object.assign(car, { state: 'damaged', problem: 'its header cannot be read' });
    return null;
  }
}

async function checkAttachments(attachments, load, problems) {
  const known = new Map();
  for (const { cid, cars } of attachments) {
    for (const car of cars) if (!known.has(car)) known.set(car, await load('file', car));
    const opened = cars.map((car) => known.get(car)).filter(Boolean);
    const isWhole = opened.length === cars.length;
    if (isWhole && !opened.some(({ blocks }) => blocks.has(cid))) {
      problems.push({ cid, problem: `the attachment is in none of ${cars.join(', ')}` });
    }
  }
}
