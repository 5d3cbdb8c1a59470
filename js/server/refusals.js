import { plainServers } from './plain-servers.js';

/** Milliseconds within which the same reason is logged once, with the number of times. */
const INTERVAL = 1000;

/**
 * Tells the server behind a port what never became a request: what is no HTTP, takes too long, or has no place.
 *
 * @param {object} handler given to `listen`; one that is not ours is told nothing
 * @returns {(refusal: { reason: string, status: number | null, client: string | null }) => void} status: of the answer, if
 *   there was one
 */
export function refusalsOf(handler) {
  const server = plainServers.get(handler);
  if (server === undefined) return () => {};
  /** @type {Map<string, number>} since the last line about each reason */
  const times = new Map();
  return ({ reason, status, client }) => {
    server.metrics.refused(reason);
    if (server.log === undefined) return;
    const more = times.get(reason);
    times.set(reason, (more ?? 0) + 1);
    if (more !== undefined) return;
    const tell = (count) => server.log(entryOf({ reason, status, client, times: count }));
    tell(1);
    const timer = setInterval(() => {
      const count = times.get(reason) - 1;
      if (count > 0) tell(count);
      times.set(reason, 1);
      if (count > 0) return;
      clearInterval(timer);
      times.delete(reason);
    }, INTERVAL);
    timer.unref();
  };
}

/** @returns {import('./exchange.js').LogEntry} with the shape that those of requests have */
function entryOf({ reason, status, client, times }) {
  return {
    time: new Date().toISOString(),
    method: null,
    kind: null,
    database: null,
    object: null,
    status,
    received: 0,
    sent: 0,
    ms: 0,
    token: null,
    client,
    error: reason,
    ...(times > 1 && { times }),
  };
}
