import { USER, openRgw } from '../js/s3/rgw.js';
import { TestBucket } from '../js/s3/test-bucket.js';

/** The one gateway of a run, which takes 12 s to start unless all suites share one. @type {ReturnType<typeof openRgw> | null} */
let gateway = null;

/** A new bucket at a real S3 gateway, which starts with the first one. */
export async function makeBucket() {
  gateway ??= openRgw();
  const { endpoint } = await gateway;
  return TestBucket.make(endpoint, USER);
}

/** At the end of the run. */
export async function stopGateway() {
  await (await gateway)?.stop();
}
