import { count } from '../shared/quantities.js';

/**
 * What the page says about states and failures. Tones are `good`, `busy`, `calm`, `warning` and
 * `bad`.
 *
 * @typedef {object} Explanation
 * @property {string} tone
 * @property {string} title
 * @property {string} text
 * @property {string} [code] of the ReplicationError
 * @property {string} [message] of it
 * @property {boolean} [isAboutKey] another key may help
 */

const BADGES = {
  connecting: { tone: 'busy', text: 'Connecting' },
  pulling: { tone: 'busy', text: 'Pulling' },
  pushing: { tone: 'busy', text: 'Pushing' },
  idle: { tone: 'good', text: 'Up to date' },
  offline: { tone: 'warning', text: 'Remote gone' },
  unauthorized: { tone: 'bad', text: 'Not allowed' },
  paused: { tone: 'calm', text: 'Paused' },
  error: { tone: 'bad', text: 'Failed' },
  closed: { tone: 'calm', text: 'Closed' },
};

/**
 * @param {import('./session.js').State} state
 * @returns {{ tone: string, text: string }}
 */
export function badgeOf({ status, failure }) {
  const isStillFailed = failure && !failure.retryable && status.state !== 'unauthorized';
  return BADGES[isStillFailed ? 'error' : status.state];
}

const FAILURES = {
  'key-missing': {
    title: 'This key does not open the database',
    text: 'Its files are encrypted with a key that is not known here. Give the key of whoever wrote them.',
    isAboutKey: true,
  },
  'key-mismatch': {
    title: 'The database has another key',
    text: 'The key given differs from the one that the remote, or the copy in this browser, goes with.',
    isAboutKey: true,
  },
  'invalid-key': {
    title: 'This is not a key',
    text: 'Check that it was copied whole.',
    isAboutKey: true,
  },
  offline: {
    title: 'The server cannot be reached',
    text: 'It may be down, the address may be wrong, or it may not allow pages of other origins (CORS). The page keeps trying.',
  },
  timeout: { title: 'The server does not answer', text: 'The page keeps trying.' },
  unauthorized: { title: 'The server asks who you are', text: 'This page sends no credentials.' },
  forbidden: { title: 'The server does not allow this', text: 'This page sends no credentials.' },
  'unrelated-history': {
    title: 'This is a different database of the same name',
    text: 'What this browser keeps under this name shares no history with the remote. Remove the copy to read the remote.',
  },
  'quota-exceeded': {
    title: 'There is no room left',
    text: 'The browser does not let this page store more.',
  },
};

/**
 * @param {import('./session.js').State} state
 * @returns {Explanation | null} null: there is nothing to explain
 */
export function explain({ rows, failure, loaded, address }) {
  if (failure && rows.length > 0 && failure.code === 'offline') {
    return {
      tone: 'warning',
      title: 'The server is gone',
      text: `You are reading the copy in this browser: ${count(rows.length)} documents. The page keeps looking for the server.`,
    };
  }
  if (failure) {
    const { title = 'This did not work', text = '', isAboutKey } = FAILURES[failure.code] ?? {};
    const tone = failure.code === 'offline' ? 'warning' : 'bad';
    return { tone, title, text, isAboutKey, code: failure.code, message: failure.message };
  }
  if (loaded && rows.length === 0) {
    return {
      tone: 'calm',
      title: 'There is nothing here',
      text: `The remote was reached, but it has no documents of a database “${address.database}” in format ${address.format}. Check the name and the format.`,
    };
  }
  return null;
}
