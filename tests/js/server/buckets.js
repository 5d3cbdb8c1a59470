import { AwsClient } from 'aws4fetch';
import { USER, openRgw } from '../s3/rgw.js';
import { S3RVER_USER, startS3rver } from '../s3/s3rver.js';

let made = 0;

/** A new bucket on a server, and requests to it past our own code. */
export class Bucket {
  /** @param {string} endpoint @param {{ accessKeyId: string, secretAccessKey: string }} credentials */
  static async make(endpoint, credentials) {
    const bucket = new Bucket();
    bucket.options = {
      endpoint,
      region: 'us-east-1',
      bucket: `replicas-${process.pid}-${++made}`,
      credentials,
    };
    bucket.client = new AwsClient({
      ...credentials,
      region: 'us-east-1',
      service: 's3',
      retries: 0,
    });
    const { status } = await bucket.send('', { method: 'PUT' });
    if (status !== 200) throw new Error(`no bucket: ${status}`);
    return bucket;
  }

  /** @param {string} key percent-encoded, or '?query' */
  send(key, init) {
    const { endpoint, bucket } = this.options;
    return this.client.fetch(
      `${endpoint}/${bucket}${key === '' || key.startsWith('?') ? key : `/${key}`}`,
      init,
    );
  }
}

/** The servers on which the tests run, and whether they honour conditions. */
export const SERVICES = [
  { name: 'Ceph RGW', start: openRgw, user: USER, isHonouring: true },
  { name: 's3rver', start: startS3rver, user: S3RVER_USER, isHonouring: false },
];
