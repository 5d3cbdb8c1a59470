/** Milliseconds that a request waits on a slow wire. */
const SLOW = 700;

/** The way to one remote: a `fetch` for `connect.*` that can be cut and slowed down. */
export class Wire {
  isSlow = false;
  /** Stops what is on its way when the wire is cut. */
  #end = new AbortController();

  get isCut() {
    return this.#end.signal.aborted;
  }

  cut() {
    this.#end.abort(new TypeError('the network is cut'));
  }

  mend() {
    if (this.isCut) this.#end = new AbortController();
  }

  /** @type {typeof globalThis.fetch} */
  fetch = async (resource, options = {}) => {
    const { signal } = this.#end;
    if (this.isSlow) await new Promise((resolve) => setTimeout(resolve, SLOW));
    signal.throwIfAborted();
    const stops = [signal, options.signal ?? resource.signal].filter(Boolean);
    return globalThis.fetch(resource, { ...options, signal: AbortSignal.any(stops) });
  };
}
