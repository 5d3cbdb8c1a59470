import { ReplicationError } from '../errors.js';
import { checkSchedule, describeFaults } from './schedule.js';

const OPERATIONS = ['getMeta', 'getCar', 'hasCar', 'putMeta', 'putCar', 'probe'];

/**
 * A connector whose requests suffer the faults of a schedule, and is otherwise the one that was given.
 *
 * @param {import('../connectors/connector.js').Connector} connector
 * @param {import('./schedule.js').Fault[]} schedule
 * @returns {import('../connectors/connector.js').Connector & { injected: import('./schedule.js').Fault[] }}
 *   `injected`: those faults that have happened, in order
 * @throws {ReplicationError} `invalid-argument`
 */
export function withFaults(connector, schedule) {
  checkSchedule(schedule);
  const { name, canWrite, conditional } = connector;
  const counts = { all: 0 };
  const injected = [];

  function faultOf(operation) {
    counts.all += 1;
    counts[operation] = (counts[operation] ?? 0) + 1;
    return schedule.find(({ operation: which, nth }) =>
      which === undefined ? nth === counts.all : which === operation && nth === counts[operation],
    );
  }

  const wrapped = (operation) => async (request) => {
    const fault = faultOf(operation);
    const ask = () => connector[operation](request);
    if (!fault) return ask();
    injected.push(fault);
    const reject = (code) => {
      throw new ReplicationError(code, `injected: ${describeFaults([fault])}`, { remote: name });
    };
    return EFFECTS[fault.fault]({ ask, reject, operation, ...fault, ...request });
  };

  const operations = OPERATIONS.filter((each) => typeof connector[each] === 'function');
  const entries = operations.map((operation) => [operation, wrapped(operation)]);
  return { name, canWrite, conditional, injected, ...Object.fromEntries(entries) };
}

const EFFECTS = {
  fail: async ({ reject, code = 'offline' }) => reject(code),

  async 'lose-answer'({ ask, reject }) {
    await ask();
    return reject('offline');
  },

  async stall({ reject, signal, milliseconds = 100 }) {
    let timer;
    await new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', resolve, { once: true });
      if (signal?.aborted) resolve();
    });
    clearTimeout(timer);
    return reject(signal?.aborted ? 'aborted' : 'timeout');
  },

  async damage({ ask, operation }) {
    const answer = await ask();
    if (operation === 'getCar') return answer && withOneBitChanged(answer);
    if (answer.status !== 'found') return answer;
    return { ...answer, metas: answer.metas.map((meta) => meta.slice(0, meta.length >> 1)) };
  },

  async repeat({ ask }) {
    await ask();
    return ask();
  },
};

/** In the middle of the bytes. */
function withOneBitChanged(bytes) {
  const changed = bytes.slice();
  changed[changed.length >> 1] ^= 1;
  return changed;
}
