import { checkMembers, refuse } from './members.js';

/** Options of every connection. */
const OF_ALL = ['mode', 'poll', 'concurrency', 'signal', 'meta', 'live', 'identity'];

/** Options of the kinds of remotes. A kind that is not here checks its own. */
const OF_KIND = {
  raw: [
    ...['upload', 'download'],
    ...['metaUpload', 'metaDownload', 'dataUpload', 'dataDownload', 'fetch'],
  ],
  rest: ['url', 'headers', 'getHeaders', 'fetch'],
  s3: [
    ...['region', 'bucket', 'endpoint', 'prefix', 'pathStyle', 'credentials', 'getCredentials'],
    ...['upload', 'download', 'headers', 'getHeaders', 'fetch'],
  ],
  static: ['url', 'fetch'],
};

/** What an option has to be, beyond what the connectors themselves check. */
const TYPES = {
  headers: 'object',
  getHeaders: 'function',
  getCredentials: 'function',
  fetch: 'function',
  identity: 'string',
  ...{ upload: ['function', 'string', 'object'], download: ['function', 'string', 'object'] },
};

/**
 * @param {string | undefined} kind of the remote; undefined: a connector of the application's own
 * @param {object} options of the remote and its connection
 * @throws {ReplicationError} `invalid-argument` for one that is not known or has another type
 */
export function checkRemoteOptions(kind, options) {
  if (kind !== undefined && !Object.hasOwn(OF_KIND, kind)) return;
  const what = kind === undefined ? 'connect()' : `connect.${kind}`;
  checkMembers(options, [...OF_ALL, ...(OF_KIND[kind] ?? [])], what);
  for (const [name, types] of Object.entries(TYPES)) {
    const value = options[name];
    if (value !== undefined && (value === null || ![types].flat().includes(typeof value)))
      refuse(`\`${name}\` of ${what} is a ${[types].flat().join(' or ')}`);
  }
}

/** @throws {ReplicationError} `invalid-argument` unless it is an AbortSignal, of whatever realm, or absent */
export function checkSignal(signal) {
  const works =
    typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function';
  if (signal !== undefined && !works) refuse('`signal` is an AbortSignal');
}
