import { ReplicationError } from '../errors.js';
import { abortingCases } from './cases/aborting.js';
import { conditionCases } from './cases/conditions.js';
import { failureCases } from './cases/failures.js';
import { objectCases } from './cases/objects.js';
import { replicationCases } from './cases/replication.js';

/**
 * The contract of a connector (js/connectors/connector.js) as a list of cases, for any test framework:
 *
 *     for (const { name, run } of connectorCases({ makeRemote })) test(name, run);
 *
 * Each case makes a remote of its own, and cases may run at the same time.
 *
 * @typedef {import('../connectors/connector.js').Database} Database
 * @typedef {import('../connectors/connector.js').Connector} Connector
 *
 * @typedef {object} Remote
 * @property {(database: Database) => Connector} connector makes a connector to this remote, which is to be tested
 * @property {(database: Database) => Connector} [writer] of a remote whose connectors only read: one that fills it
 * @property {() => void | Promise<void>} [close] ends it
 *
 * @typedef {import('./memory-remote.js').Policy} Policy
 *
 * @param {object} options
 * @param {() => Remote | Promise<Remote>} options.makeRemote makes a new remote, which is empty
 * @param {Policy | 'none' | { absent: Policy, match: Policy }} [options.conditions] what the remote makes of
 *   conditions. 'none', the default: the connector is not `conditional`
 * @param {boolean} [options.readOnly] the connector has no `putCar` and `putMeta`; default false
 * @param {Record<string, (remote: Remote) => void | Promise<void>>} [options.failures] by error code: makes a remote
 *   fail from then on so that every operation has to reject with this code
 * @param {(remote: Remote) => void | Promise<void>} [options.stall] makes a remote answer nothing from then on
 * @param {number} [options.largeBytes] size of the CAR that counts as large; default 2 MiB
 * @param {number} [options.schedules] how many random schedules of faults are tried; default 2
 * @param {number} [options.seed] of the first of them; default 1
 * @param {number} [options.patience] seconds that devices get to synchronize; default 60
 * @returns {{ name: string, run: () => Promise<void> }[]} `run` rejects if the connector does not keep the contract
 * @throws {ReplicationError} `invalid-argument`
 */
export function connectorCases({ makeRemote, conditions = 'none', ...options }) {
  const { readOnly = false, failures = {}, stall, largeBytes = 2 * 1024 * 1024 } = options;
  const { schedules = 2, seed = 1, patience = 60 } = options;
  if (typeof makeRemote !== 'function')
    throw new ReplicationError('invalid-argument', '`makeRemote` is a function');
  const policies =
    typeof conditions === 'string' ? { absent: conditions, match: conditions } : conditions;
  const traits = { readOnly, conditional: conditions !== 'none', policies, largeBytes, patience };

  const inRemote = ({ name, work, prepare }) => ({
    name,
    async run() {
      const remote = await makeRemote();
      const connector = (database = DATABASE) => remote.connector(database);
      const writer = (database = DATABASE) => (remote.writer ?? remote.connector)(database);
      try {
        await work({ ...traits, connector, writer, prepare: () => prepare?.(remote) });
      } finally {
        await remote.close?.();
      }
    },
  });

  return [
    ...objectCases(traits),
    ...conditionCases(traits),
    ...abortingCases({ ...traits, stall }),
    ...failureCases(failures),
    ...replicationCases({ ...traits, seed, schedules }),
  ].map(inRemote);
}

const DATABASE = Object.freeze({ database: 'acceptance', format: '0.24' });
