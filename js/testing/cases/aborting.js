import { expectRejection, expectSame, within } from '../expect.js';
import { everyRequest } from './requests.js';

/** Seconds in which a request that was aborted must have ended: at once, with room for a busy machine. */
const AT_ONCE = 5;

async function abortEach(connector, after) {
  for (const { operation, ask } of await everyRequest(connector)) {
    const stop = new AbortController();
    if (after === null) stop.abort();
    const asked = ask({ signal: stop.signal });
    asked.catch(() => {});
    if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
    if (after !== null) stop.abort();
    const rejection = expectRejection(asked, connector, 'aborted', operation);
    await within(rejection, AT_ONCE, () => `${operation} goes on after it was aborted`);
  }
}

/** @param {{ stall?: (remote: object) => void | Promise<void> }} options */
export function abortingCases({ stall }) {
  const cases = [
    {
      name: 'makes no request that was aborted before',
      async work({ connector }) {
        await abortEach(connector(), null);
        expectSame((await connector().getMeta({})).status, 'none', 'getMeta after that');
      },
    },
    {
      name: 'rejects with `aborted` when a request is aborted',
      work: ({ connector }) => abortEach(connector(), 0),
    },
  ];
  const stalled = {
    name: 'rejects with `aborted` when a request to a remote that is silent is aborted',
    prepare: stall,
    async work({ connector, prepare }) {
      await prepare();
      await abortEach(connector(), 50);
    },
  };
  return stall ? [...cases, stalled] : cases;
}
