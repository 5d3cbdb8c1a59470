import { ReplicationError } from '../../errors.js';
import { baseUrl } from '../base-url.js';

/** A bucket may have dots, but must not reach into the path, the query or another host. */
const BUCKET = /^[\w-][\w.-]{2,254}$/;
const REGION = /^[\w-]+$/;

/**
 * Where the objects of a bucket lie.
 *
 * @param {object} options
 * @param {string} [options.endpoint] address of the service; that of Amazon in the region unless given
 * @param {string} options.region
 * @param {string} options.bucket
 * @param {string} [options.prefix] a folder in the bucket, with or without `/` at its end
 * @param {boolean} [options.pathStyle] whether the bucket is the first part of the path, or of the host name.
 *   Default: of the path if there is an `endpoint`, or if dots in its name would not fit the certificate
 * @returns {URL} with `/` at the end of its path
 * @throws {ReplicationError} `invalid-argument`
 */
export function bucketUrl({ endpoint, region, bucket, prefix = '', pathStyle }) {
  check(typeof region === 'string' && REGION.test(region), '`region`', region);
  check(typeof bucket === 'string' && BUCKET.test(bucket), '`bucket`', bucket);
  check(typeof prefix === 'string' && !prefix.startsWith('/'), '`prefix`', prefix);
  const folders = prefix.replace(/\/$/, '').split('/');
  // Addresses would lose them.
  check(!folders.some((name) => name === '.' || name === '..'), '`prefix`', prefix);
  const url = baseUrl(endpoint ?? `https://s3.${region}.${domainOf(region)}`);
  if (pathStyle ?? (endpoint !== undefined || bucket.includes('.'))) url.pathname += `${bucket}/`;
  else url.hostname = `${bucket}.${url.hostname}`;
  if (prefix !== '') url.pathname += `${folders.map(encodeURIComponent).join('/')}/`;
  return url;
}

/** Amazon's regions in China have a domain of their own. */
function domainOf(region) {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

function check(isRight, option, value) {
  if (isRight) return;
  throw new ReplicationError('invalid-argument', `connect.s3: ${option} cannot be "${value}"`);
}
