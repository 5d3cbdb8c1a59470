import { ReplicationError } from '../errors.js';

/**
 * @param {string | URL} url of a folder, with or without `/` at its end; in pages it may be relative
 * @returns {URL} with `/` at the end of its path; its query is sent with each request
 * @throws {ReplicationError} `invalid-argument`
 */
export function baseUrl(url) {
  const base = httpUrl(url);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}

/**
 * @param {string | URL} url in pages it may be relative
 * @returns {URL} without a fragment
 * @throws {ReplicationError} `invalid-argument`
 */
export function httpUrl(url) {
  let base;
  try {
    base = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch (cause) {
    throw new ReplicationError('invalid-argument', `not a URL: ${url}`, { cause });
  }
  if (!/^https?:$/.test(base.protocol)) {
    throw new ReplicationError('invalid-argument', `not an http or https URL: ${url}`);
  }
  if (base.username !== '' || base.password !== '') {
    const message = 'credentials belong into headers, not into the URL';
    throw new ReplicationError('invalid-argument', message);
  }
  base.hash = '';
  return base;
}

/** @param {URL} base */
export function describe(base) {
  return base.origin + base.pathname;
}

/**
 * @param {URL} base
 * @param {string} path relative
 */
export function resolve(base, path) {
  const url = new URL(base);
  url.pathname += path;
  return url.href;
}
