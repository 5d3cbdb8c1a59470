/** Seconds by which the answers are counted that took no longer. */
const BUCKETS = [0.005, 0.05, 0.5, 5];

const METHODS = new Set(['GET', 'HEAD', 'PUT', 'OPTIONS']);

/**
 * What a server has done since it was made, as the text that Prometheus reads.
 *
 * @typedef {object} Done one request, when its answer has been handed over
 * @property {string} method
 * @property {number} status
 * @property {number} received bytes of bodies
 * @property {number} sent likewise
 * @property {number} ms
 */
export class Metrics {
  /** By method and status. @type {Map<string, number>} */
  #requests = new Map();
  /** By reason. @type {Map<string, number>} */
  #refused = new Map();
  /** @type {Map<string, { help: string, read: () => number }>} */
  #gauges = new Map();
  #received = 0;
  #sent = 0;
  #milliseconds = 0;
  #buckets = BUCKETS.map(() => 0);

  /** @param {Done} done */
  request({ method, status, received, sent, ms }) {
    const name = METHODS.has(method) ? method : 'other';
    add(this.#requests, `method="${name}",status="${status}"`);
    this.#received += received;
    this.#sent += sent;
    this.#milliseconds += ms;
    const bucket = BUCKETS.findIndex((seconds) => ms <= seconds * 1000);
    if (bucket >= 0) this.#buckets[bucket] += 1;
  }

  /** Counts what never became a request. @param {string} reason a code of ours or of Node */
  refused(reason) {
    add(this.#refused, `reason="${reason.replaceAll(/[^\w ]/g, '_')}"`);
  }

  /** @param {string} name @param {string} help @param {() => number} read its value now */
  gauge(name, help, read) {
    this.#gauges.set(name, { help, read });
  }

  /** @returns {string} in the text format of Prometheus, version 0.0.4 */
  text() {
    const requests = [...this.#requests.values()].reduce((sum, count) => sum + count, 0);
    let below = 0;
    const times = BUCKETS.map((seconds, index) => {
      below += this.#buckets[index];
      return [`_bucket{le="${seconds}"}`, below];
    });
    return [
      family(
        'fireproof_requests_total',
        'counter',
        'Requests that were answered.',
        labelled(this.#requests),
      ),
      family(
        'fireproof_refused_total',
        'counter',
        'Connections and requests that HTTP refused.',
        labelled(this.#refused),
      ),
      family('fireproof_received_bytes_total', 'counter', 'Bytes of bodies of requests.', [
        ['', this.#received],
      ]),
      family('fireproof_sent_bytes_total', 'counter', 'Bytes of bodies of answers.', [
        ['', this.#sent],
      ]),
      family(
        'fireproof_answer_seconds',
        'histogram',
        'Time until all of an answer was handed over.',
        [
          ...times,
          ['_bucket{le="+Inf"}', requests],
          ['_sum', this.#milliseconds / 1000],
          ['_count', requests],
        ],
      ),
      ...[...this.#gauges].map(([name, { help, read }]) =>
        family(name, 'gauge', help, [['', read()]]),
      ),
    ].join('');
  }
}

/** @param {Map<string, number>} counts */
const add = (counts, labels) => counts.set(labels, (counts.get(labels) ?? 0) + 1);

/** @param {Map<string, number>} counts */
const labelled = (counts) => [...counts].map(([labels, count]) => [`{${labels}}`, count]);

function family(name, type, help, rows) {
  const lines = rows.map(([labels, value]) => `${name}${labels} ${value}\n`).join('');
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}
