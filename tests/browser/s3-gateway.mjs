import { USER, startRgw } from '../js/s3/rgw.js';
import { TestBucket } from '../js/s3/test-bucket.js';

/** The one gateway of a run: it takes 12 s to start. @type {ReturnType<typeof startRgw> | null} */
let gateway = null;

/** A new bucket at a real S3 gateway, which starts with the first one. */
export async function makeBucket() {
  gateway ??= startRgw();
  const { endpoint } = await gateway;
  return TestBucket.make(endpoint, USER);
}

/** At the end of the run. */
export async function stopGateway() {
  await (await gateway)?.stop();
}
