import { OTHER_USER, USER, openRgw } from './rgw.js';
import { S3RVER_USER, startS3rver } from './s3rver.js';

const both = (condition) => ({ absent: condition, match: condition });

/**
 * An S3 server of the tests.
 *
 * @typedef {object} S3Server
 * @property {string} name
 * @property {() => Promise<{ endpoint: string, stop: () => Promise<void> }>} open
 * @property {import('../../../js/connectors/s3/credentials.js').Credentials} owner of buckets that tests make
 * @property {import('../../../js/connectors/s3/credentials.js').Credentials} [stranger] somebody else whom it knows
 * @property {import('../../../js/connectors/connector.js').Conditions} conditions what it makes of them
 */

/** @type {S3Server} */
export const RGW = {
  name: 'RGW',
  open: openRgw,
  owner: USER,
  stranger: OTHER_USER,
  conditions: both('honoured'),
};

/** @type {S3Server} */
export const S3RVER = {
  name: 's3rver',
  open: startS3rver,
  owner: S3RVER_USER,
  conditions: both('ignored'),
};
