import { ReplicationError } from '../errors.js';
import { publicBucket, signedBucket } from './s3/bucket.js';
import { presigningService } from './s3/service.js';

/**
 * Objects in an S3 bucket, in one of three ways:
 *
 * - `{ endpoint?, region, bucket, prefix?, pathStyle?, credentials | getCredentials }`: requests are signed here;
 * - `{ upload, download }`: uploads through Fireproof's presigning service;
 * - either of them without credentials or without `upload`: a public bucket, which is only read.
 *
 * @param {import('./connector.js').Database & Record<string, any>} options see bucket.js and service.js
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function s3Connector(options) {
  const { bucket, upload, download, credentials, getCredentials } = options;
  const isService = upload !== undefined || download !== undefined;
  if (isService && bucket !== undefined) refuse('either `bucket` or `download`, not both');
  if (credentials !== undefined && getCredentials !== undefined)
    refuse('either `credentials` or `getCredentials`, not both');
  if (isService && download === undefined) refuse('`upload` needs `download`, to read from');
  if (isService) return presigningService(options);
  return isSigned(options) ? signedBucket(options) : publicBucket(options);
}

/**
 * @param {Record<string, any>} options
 * @returns {string | null} null: it can be written to
 */
export function whyS3IsReadOnly({ upload, download, ...options }) {
  if (upload !== undefined || isSigned(options)) return null;
  return download === undefined
    ? 'it has no credentials'
    : 'it has no presigning service, `upload`';
}

const isSigned = ({ credentials, getCredentials }) =>
  credentials !== undefined || getCredentials !== undefined;

function refuse(message) {
  throw new ReplicationError('invalid-argument', `connect.s3 takes ${message}`);
}
