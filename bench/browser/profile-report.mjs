import { selfTimes } from './profiles.mjs';
import { table } from './statistics.mjs';
import { MEASURES, WORKLOADS } from './workloads.mjs';

/** Rows of a table of self times. */
const ROWS = 12;

/** What of a thread's time belongs to whom; the order decides. */
const KINDS = [
  ['idle', (name) => name === '(idle)'],
  ['WebAssembly', (name) => name.startsWith('wasm ')],
  ['garbage collection', (name) => name === '(garbage collector)'],
  ['the browser itself', (name) => name.startsWith('(')],
  ['JavaScript', () => true],
];

/**
 * @param {[string, string][]} missed workloads and measures that did not reach their aim
 * @param {Record<string, import('./measure.mjs').Run>} profiled a run of ours with profiler, by workload
 */
export function profileReport(missed, profiled) {
  const steps = new Set(
    missed.map(([workload, measure]) => `${workload} ${MEASURES[measure].step}`),
  );
  if (steps.size === 0) return '\nEvery aim is reached.\n';
  const parts = [...steps].map((each) => {
    const [workload, step] = each.split(' ');
    const threads = profiled[workload].steps[step].profiles.map(({ thread, profile }) => {
      const { total, rows } = selfTimes(profile);
      return `The ${thread}, ${Math.round(total)} ms: ${shares(rows, total)}.\n\n${longest(rows, total)}`;
    });
    return `\n### ${WORKLOADS[workload].title}: ${step}\n\n${threads.join('\n\n')}\n`;
  });
  return `
CPU profiles by Chromium's profiler of one run more, with names in place of short letters, of the steps that are not yet as
much faster as they are to be. \`npm run bench -- --runs 0\` repeats them and leaves \`build/bench/*.cpuprofile\` for the
DevTools. Under the profiler everything takes longer.
${parts.join('')}`;
}

function shares(rows, total) {
  const sums = new Map(KINDS.map(([kind]) => [kind, 0]));
  for (const { name, milliseconds } of rows) {
    const [kind] = KINDS.find(([, is]) => is(name));
    sums.set(kind, sums.get(kind) + milliseconds);
  }
  return [...sums].map(([kind, sum]) => `${kind} ${percent(sum, total)}`).join(', ');
}

function longest(rows, total) {
  const busy = rows.filter(({ name }) => name !== '(idle)').slice(0, ROWS);
  const cells = busy.map(({ name, milliseconds }) => [
    `\`${name.replaceAll('|', '\\|').slice(0, 90)}\``,
    `${milliseconds.toFixed(0)} ms`,
    percent(milliseconds, total),
  ]);
  return table([['by itself', 'time', 'share'], ...cells]);
}

const percent = (part, total) => `${Math.round((100 * part) / total)} %`;
