// One run of one workload by one system.
import { removeFolder, temporaryFolder } from '../../tests/browser/cleanup.mjs';
import { visit } from './device.mjs';
import { WORKLOADS } from './workloads.mjs';

/** Milliseconds without a request after which a writer has sent what it will send. */
const QUIET = 1000;

/** Milliseconds after which a reader that has not found everything never will. */
const PATIENCE = 10_000;

/**
 * @typedef {object} Run
 * @property {Record<string, number | null>} times milliseconds, by the names of MEASURES; null: not all documents came
 * @property {Record<string, import('./device.mjs').Visit & { counts: import('./object-server.mjs').Counts }>} steps
 */

/**
 * Writes, clones into a new profile, and reopens both, offline. Every reader checks every document.
 *
 * @param {object} options
 * @param {Awaited<ReturnType<typeof import('./object-server.mjs').startObjectServer>>} options.server
 * @param {'ours' | 'peer'} options.system
 * @param {string} options.workload
 * @param {boolean} options.isProfiled
 * @param {(step: string) => void} options.tell hears which step begins
 * @returns {Promise<Run>}
 */
export async function measure({ server, system, workload, isProfiled, tell }) {
  const { count, batch } = WORKLOADS[workload];
  const url = `${server.origin}/${system}.html`;
  const remote = `${server.origin}/objects/${system}`;
  const [writer, reader] = [temporaryFolder(), temporaryFolder()];
  const steps = {};
  const times = {};

  async function step(name, profile, task, parameters, afterwards) {
    tell(name);
    server.takeCounts();
    const database = 'bench';
    const visited = await visit({
      profile,
      url,
      task,
      parameters: { database, count, patience: PATIENCE, ...parameters },
      isProfiled,
      afterwards,
    });
    const { requests, writes, bytesIn, bytesOut, lastWrite } = server.takeCounts();
    steps[name] = { ...visited, counts: { requests, writes, bytesIn, bytesOut, lastWrite } };
    return steps[name];
  }

  server.clear();
  try {
    const wrote = await step('write', writer, 'write', { remote, batch }, () =>
      server.quiet(QUIET),
    );
    times.local = wrote.result.local - wrote.result.start;
    times.durable = wrote.counts.lastWrite - wrote.result.start;
    const took = ({ result }) => (result.end === undefined ? null : result.end - result.start);
    times.clone = took(await step('clone', reader, 'read', { remote }));
    times.reopen = took(await step('reopen', writer, 'read', { remote: null }));
    times.reopenClone = took(await step('reopenClone', reader, 'read', { remote: null }));
    return { times, steps };
  } finally {
    removeFolder(writer);
    removeFolder(reader);
  }
}
