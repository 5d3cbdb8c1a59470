import { withCrew } from '../crew.js';
import { PEER_VERSIONS } from '../peers/peer.js';
import { operations } from './operations.js';

/** What a package is asked to do with a database after the operation, as a new device each, in this order. */
const uses = [
  { verb: 'read', use: async () => {} },
  {
    verb: 'extended',
    async use(reader) {
      await reader.put({ _id: 'theirs', n: 1 });
      await reader.publish();
    },
  },
  {
    verb: 'compacted',
    async use(reader) {
      await reader.compact();
      await reader.put({ _id: 'after', n: 1 });
      await reader.publish();
    },
  },
];

/**
 * What one version of the package made of one operation: 'read, extended, compacted', or what failed. After each use
 * the package, our engine and the judge must have the same documents and head.
 */
async function outcomeOf(version, { work }) {
  const done = [];
  await withCrew({ version, isPublic: false }, async ({ ours, peer, reader, options, agree }) => {
    await ours.open(options);
    await ours.bulk([0, 1, 2].map((n) => ({ _id: `doc-${n}`, n })));
    await ours.publish();
    await peer.open(options);
    await work(ours, peer);
    await ours.publish();
    await agree(ours);
    await reader.open(options);
    for (const { verb, use } of uses) {
      await use(reader);
      await agree(reader);
      await ours.pull();
      await agree(ours);
      done.push(verb);
    }
  }).catch((error) => done.push(`then: ${error.message.split('\n')[0]}`));
  return done.join(', ');
}

/** The rows of the table: the operation and what each version made of it. */
export async function outcomes() {
  const rows = [];
  for (const operation of operations) {
    const row = [operation.name];
    for (const version of PEER_VERSIONS) row.push(await outcomeOf(version, operation));
    rows.push(row);
  }
  return rows;
}

/** @param {string[][]} rows */
export function operationsTable(rows) {
  return table(['operation of ours', ...PEER_VERSIONS.map((each) => `made by ${each}`)], rows);
}

/** A Markdown table with columns of one width. */
export function table(head, rows) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length)),
  );
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
