import { answer } from './answer.js';

/** Whose right to read opens the metrics: a token of all databases, or everybody where there are no tokens. */
const ALL = { database: '*', kind: 'metrics' };

const FRESH = { 'Cache-Control': 'no-store' };

/**
 * What the server tells those who run it:
 *
 *   /health    200 if its store can be used, 503 if not; for everybody
 *   /metrics   what it did, as Prometheus reads it; for tokens of all databases
 *
 * @param {object} options
 * @param {() => Promise<import('./object-store.js').ObjectStore>} options.store
 * @param {import('./access.js').Access} options.access
 * @param {import('./metrics.js').Metrics} options.metrics
 * @returns {Record<string, (request: import('./plain-request.js').PlainRequest) =>
 *   Promise<import('./answer.js').Answer>>} by path
 */
export function operatorPages({ store, access, metrics }) {
  return {
    async '/health'() {
      try {
        await (await store()).check?.();
        return answer(200, 'ok', FRESH);
      } catch (error) {
        // Its message may name folders.
        return answer(503, `the store cannot be used: ${error.code ?? 'it failed'}`, FRESH);
      }
    },

    async '/metrics'(request) {
      const { refusal } = await access.check(request, ALL, 'read');
      if (refusal !== null) return refusal;
      return answer(200, metrics.text().trimEnd(), {
        ...FRESH,
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      });
    },
  };
}
