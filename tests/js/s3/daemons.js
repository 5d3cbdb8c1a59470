import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../../../scripts/lib/process.mjs';

/** Signals that end this process, and with it the daemons; node:test ends a file that takes too long by SIGTERM. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * Programs in the background with a folder for their files. They are ended by their process ids, and the folder is removed,
 * by `stop`, and with this process at the latest, also if that is interrupted.
 */
export class Daemons {
  #dir;
  #options;
  #children = [];
  /** What they printed, for an error at the start. */
  #output = '';
  #onExit = () => this.#end();
  #onSignal = (signal) => process.exit(128 + SIGNALS[signal]);

  /**
   * @param {string} dir
   * @param {string[]} options that each of them gets
   */
  constructor(dir, options) {
    this.#dir = dir;
    this.#options = options;
    process.once('exit', this.#onExit);
    for (const signal of Object.keys(SIGNALS)) process.once(signal, this.#onSignal);
  }

  /** The end of what they printed. */
  get output() {
    return lastLines(this.#output, 30);
  }

  /** @param {string} command @param {string[]} args @returns {number} its process id */
  start(command, args) {
    const child = spawn(command, [...this.#options, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => (this.#output = (this.#output + text).slice(-20_000)));
    }
    child.ended = new Promise((resolve) => child.on('close', resolve).on('error', resolve));
    this.#children.push(child);
    return child.pid;
  }

  /** Until an address answers. @param {string} url @param {number} patience milliseconds */
  async answering(url, patience) {
    const end = Date.now() + patience;
    for (;;) {
      const response = await fetch(url).catch(() => null);
      await response?.arrayBuffer();
      if (response?.ok) return;
      if (Date.now() > end || this.#children.some(({ exitCode }) => exitCode !== null)) {
        throw new Error(`${url} does not answer:\n${this.output}`);
      }
      await sleep(100);
    }
  }

  async stop() {
    process.off('exit', this.#onExit);
    for (const signal of Object.keys(SIGNALS)) process.off(signal, this.#onSignal);
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(this.#children.map(({ ended }) => ended));
    this.#end();
  }

  #end() {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  }
}
