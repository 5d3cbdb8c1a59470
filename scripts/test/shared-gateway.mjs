// The S3 gateway of a run of tests: it takes 12 s to start, so all suites share one.
import { ADDRESS_VARIABLE, startRgw } from '../../tests/js/s3/rgw.js';

/** @type {ReturnType<typeof startRgw> | null} */
let gateway = null;

/**
 * Starts it with the first suite that needs it. It ends with this process at the latest.
 *
 * @returns {Promise<Record<string, string>>} for the environment of the suite
 */
export async function sharedGateway() {
  gateway ??= startRgw();
  return { [ADDRESS_VARIABLE]: (await gateway).endpoint };
}

/** At the end of the run. */
export async function stopSharedGateway() {
  const running = await gateway?.catch(() => null);
  await running?.stop();
}
