import { useSyncExternalStore } from 'react';

/** What a live value is on a server, and before it is read. */
const UNREAD = Object.freeze({ hydrated: false, value: undefined, error: null });
const unread = () => UNREAD;

/**
 * The snapshot of a live value, now and whenever it changes.
 *
 * @param {{ get: () => object, subscribe: (run: (snapshot: object) => void) => () => void } | null} live null: nothing to read
 */
export function useLive(live) {
  const { subscribe, get } = live ? boundOf(live) : NOTHING;
  return useSyncExternalStore(subscribe, get, unread);
}

const NOTHING = { subscribe: () => () => {}, get: unread };

/** Functions that are the same each time, which is what React asks for. @type {WeakMap<object, object>} */
const bound = new WeakMap();

function boundOf(live) {
  if (!bound.has(live)) {
    const subscribe = (run) => live.subscribe(run);
    bound.set(live, { subscribe, get: () => live.get() });
  }
  return bound.get(live);
}

/** Milliseconds for which a value that was waited for is kept up to date, until its component is there. */
const LINGER = 5000;

/**
 * The value itself: until it is read the component is suspended. A map function has to be the same one at each render.
 *
 * @param {object} live
 */
export function useSuspenseLive(live) {
  const { hydrated, value, error } = useLive(live);
  if (!hydrated && error) throw error;
  if (!hydrated) throw waitFor(live);
  return value;
}

/** One wait for all who wait. @type {WeakMap<object, Promise<void>>} */
const waiting = new WeakMap();

function waitFor(live) {
  if (!waiting.has(live)) {
    const wait = new Promise((resolve) => {
      const end = live.subscribe(({ hydrated, error }) => {
        if (!hydrated && !error) return;
        resolve();
        setTimeout(() => end(), LINGER);
      });
    });
    waiting.set(
      live,
      wait.finally(() => waiting.delete(live)),
    );
  }
  return waiting.get(live);
}
