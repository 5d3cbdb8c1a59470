// The benchmark in Chromium: the workloads by both systems in turn, and bench/results.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { inCheckout } from '../../scripts/lib/checkout.mjs';
import { duration } from '../../scripts/lib/steps.mjs';
import { measure } from './measure.mjs';
import { startObjectServer } from './object-server.mjs';
import { PACKAGE, makePages } from './pages.mjs';
import { profileReport } from './profile-report.mjs';
import { notReached, report, timesTable } from './report.mjs';
import { milliseconds } from './statistics.mjs';
import { MEASURES, NAMES, SECONDS, SYSTEMS } from './workloads.mjs';

/** What `npm run bench` writes, and the README's table is made from. */
export const RESULTS = inCheckout('bench', 'results.md');

/**
 * @typedef {object} Options
 * @property {string[]} workloads
 * @property {number} runs of each workload by each system; 0: only the profiles
 * @property {number} latency milliseconds added to each request
 * @property {boolean} isProfiled whether to say where the time goes, in one run more
 */

/**
 * @param {Options} options
 * @param {() => Promise<string>} namedPackage gives the path of our package with readable names, for the profiles
 */
export async function benchBrowser(options, namedPackage) {
  const { workloads, runs, isProfiled } = options;
  const results = Object.fromEntries(workloads.map((name) => [name, { ours: [], peer: [] }]));
  const circumstances = { loads: [], version: '' };
  await withServer(inCheckout(PACKAGE), options, true, async (server) => {
    for (const [index, { workload, system, run }] of inTurn(workloads, runs).entries()) {
      const rest = inTurn(workloads, runs).slice(index);
      const seconds = rest.reduce((sum, each) => sum + SECONDS[each.workload][each.system], 0);
      console.log(
        `▸ ${workload} by ${NAMES[system]}, run ${run} of ${runs} (about ${duration(seconds)} left)`,
      );
      results[workload][system].push(await one({ server, system, workload }, circumstances));
    }
  });
  const missed = runs > 0 ? notReached(results) : everything(workloads);
  const profiled = {};
  if (isProfiled && missed.length > 0) {
    await withServer(await namedPackage(), options, false, async (server) => {
      for (const workload of new Set(missed.map(([name]) => name))) {
        console.log(`▸ ${workload} by ${NAMES.ours} with profiler`);
        const run = await one({ server, system: 'ours', workload, isProfiled }, circumstances);
        profiled[workload] = run;
      }
    });
    saveProfiles(profiled);
  }
  const profiles = isProfiled
    ? profileReport(missed, profiled)
    : '\nNot asked for in this run: `npm run bench -- --runs 0` prints it.\n';
  if (runs === 0) return console.log(profiles);
  const about = describe(options, circumstances);
  writeFileSync(RESULTS, report({ runs: results, about, profiles }));
  console.log(`\n${timesTable(results)}\n\nWritten to bench/results.md.`);
}

async function withServer(ours, { latency }, minify, work) {
  const server = await startObjectServer({ pages: await makePages({ ours, minify }), latency });
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

/** Which system goes first changes from run to run. */
function inTurn(workloads, runs) {
  return Array.from({ length: runs }, (_, index) =>
    workloads.flatMap((workload) =>
      (index % 2 === 0 ? SYSTEMS : SYSTEMS.toReversed()).map((system) => ({
        workload,
        system,
        run: index + 1,
      })),
    ),
  ).flat();
}

const everything = (workloads) =>
  workloads.flatMap((workload) => Object.keys(MEASURES).map((name) => [workload, name]));

async function one(options, circumstances) {
  circumstances.loads.push(loadavg()[0]);
  const run = await measure({
    isProfiled: false,
    ...options,
    tell: (step) => console.log(`    ${step}`),
  });
  circumstances.version = run.steps.write.version;
  const text = Object.entries(run.times).map(
    ([name, time]) => `${name} ${time === null ? 'never' : milliseconds(time)}`,
  );
  console.log(`    ${text.join(', ')}`);
  return run;
}

/** build/bench/<workload>-<step>-<thread>.cpuprofile, for the DevTools. */
function saveProfiles(profiled) {
  mkdirSync(inCheckout('build', 'bench'), { recursive: true });
  for (const [workload, { steps }] of Object.entries(profiled)) {
    for (const [step, { profiles }] of Object.entries(steps)) {
      for (const { thread, profile } of profiles) {
        const file = inCheckout('build', 'bench', `${workload}-${step}-${thread}.cpuprofile`);
        writeFileSync(file, JSON.stringify(profile));
      }
    }
  }
}

function describe({ runs, latency }, { loads, version }) {
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(1));
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${new Date().toISOString().slice(0, 10)}, ${runs} ${runs === 1 ? 'run' : 'runs'}`,
    `${cpus().length} × ${cpus()[0].model}, ${memory} GB, load average ${least} to ${most} while measuring`,
    `${version}, Node ${process.version.slice(1)} for the server, ${latency} ms added to each request`,
    'fireproof-wasm as it is published (`dist/browser.js`: IndexedDB, worker), @fireproof/core 0.24.19; one key shared',
  ];
}
