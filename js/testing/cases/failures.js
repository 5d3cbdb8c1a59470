import { expectRejection } from '../expect.js';
import { everyRequest } from './requests.js';

/** @param {Record<string, (remote: object) => void | Promise<void>>} failures by error code */
export const failureCases = (failures) =>
  Object.entries(failures).map(([code, prepare]) => ({
    name: `rejects with \`${code}\` when the remote fails so`,
    prepare,
    async work({ connector, prepare: breakRemote }) {
      const made = connector();
      await breakRemote();
      for (const { operation, ask } of await everyRequest(made)) {
        await expectRejection(ask(), made, code, operation);
      }
    },
  }));
