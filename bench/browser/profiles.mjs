// CPU profiles of a page and its workers, by Chromium's profiler.

/** Microseconds between two samples. */
const INTERVAL = 250;

/**
 * @typedef {object} ThreadProfile
 * @property {'page' | 'worker'} thread
 * @property {object} profile as the DevTools protocol has it; DevTools open it as .cpuprofile
 */

export class Profiles {
  #page;
  /** @type {{ thread: string, session: object, started: Promise<void> }[]} */
  #threads = [];

  /** @param {import('puppeteer-core').Page} page */
  constructor(page) {
    this.#page = page;
    // A worker is profiled from its first moment that can be reached.
    page.on('workercreated', ({ client }) => this.#add('worker', client));
  }

  async start() {
    this.#add('page', await this.#page.createCDPSession());
    await Promise.all(this.#threads.map(({ started }) => started));
  }

  /** @returns {Promise<ThreadProfile[]>} the page first */
  async stop() {
    return Promise.all(
      this.#threads.map(async ({ thread, session, started }) => {
        await started;
        const { profile } = await session.send('Profiler.stop');
        return { thread, profile };
      }),
    );
  }

  #add(thread, session) {
    this.#threads.push({ thread, session, started: begin(session) });
  }
}

async function begin(session) {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.send('Profiler.start');
}

/**
 * @param {object} profile of one thread
 * @returns {{ total: number, rows: { name: string, milliseconds: number }[] }} what ran how long by itself, the
 *   longest first
 */
export function selfTimes({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map();
  let total = 0;
  for (let index = 0; index < samples.length; index++) {
    const name = names.get(samples[index]);
    const milliseconds = Math.max(0, timeDeltas[index]) / 1000;
    times.set(name, (times.get(name) ?? 0) + milliseconds);
    total += milliseconds;
  }
  const rows = [...times].map(([name, milliseconds]) => ({ name, milliseconds }));
  return { total, rows: rows.sort((a, b) => b.milliseconds - a.milliseconds) };
}

function nameOf({ functionName, url, lineNumber }) {
  if (url.startsWith('wasm:')) return `wasm ${functionName}`;
  return functionName || (url ? `anonymous, line ${lineNumber + 1}` : '(unknown)');
}
