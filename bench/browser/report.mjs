// bench/results.md, from the runs.
import {
  spread,
  summary,
  table,
  milliseconds,
  megabytes,
  kilobytes,
  times,
} from './statistics.mjs';
import { MEASURES, NAMES, SYSTEMS, WORKLOADS } from './workloads.mjs';

/** @typedef {Record<string, { ours: import('./measure.mjs').Run[], peer: import('./measure.mjs').Run[] }>} Runs by workload */

/**
 * How many times faster ours was, run by run.
 * @returns {(number | null)[]} null where one of the two did not get there
 */
function ratios({ ours, peer }, measure) {
  return ours.map((run, index) => {
    const [own, other] = [run.times[measure], peer[index].times[measure]];
    return own === null || other === null ? null : other / own;
  });
}

/** The measures of which ours is less than their aim faster, as [workload, measure]. @param {Runs} runs */
export function notReached(runs) {
  return Object.entries(runs).flatMap(([workload, both]) =>
    Object.entries(MEASURES)
      .filter(([measure, { aim }]) => (summary(ratios(both, measure))?.median ?? Infinity) < aim)
      .map(([measure]) => [workload, measure]),
  );
}

/** The table of times. @param {Runs} runs */
export function timesTable(runs) {
  const rows = [['workload', 'measure', NAMES.ours, NAMES.peer, 'faster by', 'aim']];
  for (const [workload, both] of Object.entries(runs)) {
    for (const [measure, { title, aim }] of Object.entries(MEASURES)) {
      const [own, other] = ['ours', 'peer'].map((system) =>
        spread(
          both[system].map((run) => run.times[measure]),
          milliseconds,
        ),
      );
      const ratio = spread(ratios(both, measure), times);
      const never = both.peer.every((run) => run.times[measure] === null);
      const peer = never ? `never: ${lacks(both.peer[0], measure)}` : other;
      rows.push([WORKLOADS[workload].title, title, own, peer, ratio, times(aim)]);
    }
  }
  return table(rows);
}

function lacks(run, measure) {
  const { found, problem = '' } = run.steps[MEASURES[measure].step].result;
  return `${found} documents, ${/"msg":"([^"]*)"/.exec(problem)?.[1] ?? problem}`;
}

function trafficTable(runs) {
  const rows = [
    ['workload', 'step', 'system', 'requests', 'writes', 'sent', 'received', 'CPU', 'heap', 'RSS'],
  ];
  for (const [workload, both] of Object.entries(runs)) {
    for (const step of ['write', 'clone', 'reopen', 'reopenClone']) {
      for (const system of SYSTEMS) {
        const steps = both[system].map((run) => run.steps[step]);
        const median = (of, text) => {
          const found = summary(steps.map(of));
          return found ? text(found.median) : '–';
        };
        rows.push([
          WORKLOADS[workload].title,
          step === 'reopenClone' ? 'reopen clone' : step,
          NAMES[system],
          median(({ counts }) => counts.requests, String),
          median(({ counts }) => counts.writes, String),
          median(({ counts }) => counts.bytesIn, kilobytes),
          median(({ counts }) => counts.bytesOut, kilobytes),
          median(({ cpu }) => cpu, milliseconds),
          median(({ heap }) => heap, megabytes),
          median(({ rss }) => rss, megabytes),
        ]);
      }
    }
  }
  return table(rows);
}

/**
 * @param {object} options
 * @param {Runs} options.runs
 * @param {string[]} options.about lines on the machine and the circumstances
 * @param {string} options.profiles Markdown
 */
export function report({ runs, about, profiles }) {
  return `# Results of \`npm run bench\`

${about.map((line) => `- ${line}`).join('\n')}

Both systems do the same in turn, run by run, each device being a Chromium with a new profile on disk, against one server
process on the loopback interface that keeps everything in memory. Medians, and the extremes of the runs in parentheses;
"faster by" is the median of the quotients of each run. No polling. Every reader compares every document with
what was written.

- **local**: from the first call until the last write was acknowledged. 300 puts are awaited one by one, 10,000 documents are
  ten awaited bulks of 1,000, while connected.
- **durable**: from the first call until the server has answered the last write; the cold clone shows that it sufficed.
- **cold clone**: empty profile, module loaded; from \`fireproof()\` until \`allDocs\` gives all documents, contents included.
- **reopen**: the browser was closed; from \`fireproof()\`, without a remote, until \`allDocs\` gives all documents.

${timesTable(runs)}

## Requests, bytes and memory

Requests are those from opening the page to closing it, bytes are bodies. Heap: the most that the JavaScript heaps of
page and worker with their buffers, WebAssembly memory included, were seen to hold together; RSS: the peak of the page's process;
CPU: what that process used from its start to its end, which other work on the machine disturbs least.

${trafficTable(runs)}

## Where our time goes
${profiles}`;
}
