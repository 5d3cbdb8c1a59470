import { optionLines, readArguments } from '../arguments.js';
import { PLACE_OPTIONS, placeOf } from '../places/place.js';
import { inBytes } from '../terminal.js';
import { withOpened } from '../places/opened.js';
import { isSealed, look } from './look.js';

const OPTIONS = {
  clock: { type: 'boolean', what: 'list the events as well, newest first' },
  dot: { type: 'boolean', what: 'print the clock as a graph for Graphviz, and nothing else' },
  json: { type: 'boolean', what: 'print JSON' },
  ...PLACE_OPTIONS,
};

export const inspect = {
  usage: 'inspect PLACE [options]',
  what: ['what a place holds: heads, CAR log, clock, sizes', ...optionLines(OPTIONS)],

  /** @param {string[]} args @returns {Promise<number>} exit code */
  async run(args) {
    const { values, positionals } = readArguments(args, OPTIONS, ['a place']);
    const place = await placeOf(positionals[0], values, process.env);
    // Before it is looked at like a remote, which seals what is not yet.
    const pending = place.store === null ? null : await pendingIn(place);
    const audited = await look(place);
    if (values.dot) console.log(graphOf(audited));
    else if (values.json) console.log(JSON.stringify(asJson(place, audited, pending), null, 2));
    else console.log(asText(place, audited, pending, values.clock).join('\n'));
    return 0;
  },
};

/** What only a local store has: commits that no remote sees yet, and CARs that a compaction replaced. */
async function pendingIn(place) {
  return withOpened(place, async ({ db }) => {
    const { tail, archive, missing } = await db.inspect();
    return { pending: tail, archive: archive.flat(), missing };
  });
}

function asJson({ text, database, format }, audited, pending) {
  const { hasMeta, heads, events, cars, entries } = audited;
  return {
    place: text,
    database,
    format,
    hasMeta,
    sealed: isSealed(audited),
    heads,
    entries: heads.length === 1 ? entries : null,
    cars,
    events,
    ...pending,
  };
}

function asText({ text, database, format }, audited, pending, withClock) {
  const { hasMeta, heads, events, cars, entries } = audited;
  const of = (kind) => cars.filter((car) => car.kind === kind);
  const sum = (list) => inBytes(list.reduce((bytes, car) => bytes + car.bytes, 0));
  const lines = [
    `database     ${database} (${format}) at ${text}`,
    `meta         ${hasMeta ? 'there' : 'none'}`,
    ...heads.map((head) => `head         ${head}`),
    `events       ${events.length}`,
  ];
  if (isSealed(audited)) lines.push('sealed       give --key to see heads, events and the log');
  if (heads.length === 1) lines.push(`entries      ${entries}, with deleted ones`);
  for (const [kind, title] of [
    ['data', 'log'],
    ['file', 'attachments'],
  ]) {
    lines.push(
      `${title.padEnd(12)} ${of(kind).length} CARs, ${sum(of(kind))}`,
      ...of(kind).map(carLine),
    );
  }
  if (pending) {
    lines.push(`pending      ${pending.pending} commits that no remote sees yet`);
    lines.push(`archive      ${pending.archive.length} CARs that a compaction replaced`);
  }
  if (withClock) lines.push('clock', ...events.map(eventLine));
  return lines;
}

const carLine = ({ cid, bytes, state }) =>
  `  ${cid} ${String(bytes).padStart(11)}${state === 'whole' ? '' : `  ${state}`}`;

const eventLine = ({ cid, parents, keys }) =>
  `  ${cid}  ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}` +
  parents.map((parent) => `\n    after ${parent}`).join('');

function graphOf({ events, heads }) {
  const quoted = (text) => JSON.stringify(text);
  const nodes = events.map(({ cid, keys }) => {
    const label = `${cid.slice(-6)}\n${keys.slice(0, 3).join('\n')}${keys.length > 3 ? `\n+${keys.length - 3}` : ''}`;
    return `  ${quoted(cid)} [label=${quoted(label)}${heads.includes(cid) ? ', style=bold' : ''}];`;
  });
  const edges = events.flatMap(({ cid, parents }) =>
    parents.map((parent) => `  ${quoted(cid)} -> ${quoted(parent)};`),
  );
  return ['digraph clock {', '  node [shape=box];', ...nodes, ...edges, '}'].join('\n');
}
