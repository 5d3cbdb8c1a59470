// One device: a Chromium on a profile folder, with one page.
import { readFileSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { killGroup, watchGroup } from '../../tests/browser/cleanup.mjs';
import { HeapWatch } from './heap-watch.mjs';
import { Profiles } from './profiles.mjs';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-precise-memory-info',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-extensions',
];

/** Milliseconds that a task may take. */
const PATIENCE = 180_000;

/**
 * @typedef {object} Visit
 * @property {object} result of the task
 * @property {number} heap the most that JavaScript heaps of page and worker held at once, with their buffers, in bytes
 * @property {number | null} rss the most memory that the page's process had, in bytes; null where /proc is missing
 * @property {number} cpu the time that processors spent on the page's process since it began, in milliseconds
 * @property {import('./profiles.mjs').ThreadProfile[]} profiles none unless asked for
 * @property {string} version of the browser
 */

/**
 * Starts a browser, does one task in its page, and ends it.
 *
 * @param {object} options
 * @param {string} options.profile folder
 * @param {string} options.url of the page
 * @param {'write' | 'read'} options.task
 * @param {object} options.parameters of the task
 * @param {boolean} options.isProfiled
 * @param {(result: object) => Promise<void>} [options.afterwards] while the page is still there
 * @returns {Promise<Visit>}
 */
export async function visit({ profile, url, task, parameters, isProfiled, afterwards }) {
  const browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    userDataDir: profile,
    protocolTimeout: PATIENCE,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const { pid } = browser.process();
  watchGroup(pid);
  const [page] = await browser.pages();
  const heaps = new HeapWatch(page);
  try {
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    const profiles = isProfiled ? new Profiles(page) : null;
    await page.goto(url);
    await page.waitForFunction(() => globalThis.tasks !== undefined);
    await profiles?.start();
    let result;
    try {
      result = await page.evaluate(
        (name, given) => globalThis.tasks[name](given),
        task,
        parameters,
      );
    } catch (error) {
      throw new Error(`${url} ${task}: ${error.message} ${problems.join('; ')}`, { cause: error });
    }
    const threads = (await profiles?.stop()) ?? [];
    await afterwards?.(result);
    const { rss, cpu } = await processUse(browser);
    return {
      result,
      heap: await heaps.stop(),
      rss,
      cpu,
      profiles: threads,
      version: await browser.version(),
    };
  } finally {
    await heaps.stop();
    await browser.close().catch(() => {});
    killGroup(pid);
  }
}

/** Of the process that runs the page: beside it there is at most an empty spare one. */
async function processUse(browser) {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const cpu = 1000 * Math.max(...renderers.map(({ cpuTime }) => cpuTime));
  if (process.platform !== 'linux') return { cpu, rss: null };
  return { cpu, rss: Math.max(...renderers.map(({ id }) => peakRss(id))) };
}

/** VmHWM of a process, in bytes. */
function peakRss(pid) {
  const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}
