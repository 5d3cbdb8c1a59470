/** Milliseconds between two looks. A thread that is busy answers late, so that short peaks may be missed. */
const INTERVAL = 50;

/** Watches what the JavaScript heaps of a page and its workers hold, buffers included. */
export class HeapWatch {
  #sessions = new Map();
  #peak = 0;
  #isStopped = false;
  #watching;

  /** @param {import('puppeteer-core').Page} page */
  constructor(page) {
    page.on('workercreated', (worker) => this.#sessions.set(worker, worker.client));
    page.on('workerdestroyed', (worker) => this.#sessions.delete(worker));
    this.#watching = this.#watch(page);
  }

  /** @returns {Promise<number>} the largest sum seen, in bytes */
  async stop() {
    this.#isStopped = true;
    await this.#watching;
    return this.#peak;
  }

  async #watch(page) {
    this.#sessions.set(page, await page.createCDPSession());
    while (!this.#isStopped) {
      const sizes = await Promise.all([...this.#sessions.values()].map(heapOf));
      this.#peak = Math.max(
        this.#peak,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }
}

async function heapOf(session) {
  try {
    const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  } catch {
    return 0; // a worker that has just ended
  }
}
