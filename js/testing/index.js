/**
 * For people who write a connector: the suite that every connector of this package passes, a remote in memory, and
 * faults to be injected into any remote. Free of test frameworks and of Node.
 */
export { connectorCases } from './connector-cases.js';
export { withFaults } from './faults.js';
export { memoryRemote } from './memory-remote.js';
export { describeFaults, seededFaults } from './schedule.js';
