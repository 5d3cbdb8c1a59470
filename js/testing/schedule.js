import { ReplicationError } from '../errors.js';
import { randomNumbers } from './random.js';

/**
 * @typedef {'getMeta' | 'getCar' | 'hasCar' | 'putMeta' | 'putCar' | 'probe'} Operation
 *
 * @typedef {object} Fault one that happens to one request
 * @property {'fail' | 'lose-answer' | 'stall' | 'damage' | 'repeat'} fault
 *   fail: the remote is not reached. lose-answer: the remote does what it was asked for, and the answer is lost.
 *   stall: the remote is not reached, which is noticed later. damage: a CAR comes with one bit changed, a meta cut off.
 *   repeat: the request arrives twice, and the second answer is given
 * @property {Operation} [operation] default: any
 * @property {number} nth which request, from 1 on, counted among those of `operation`
 * @property {string} [code] of 'fail', from the list of error codes; default 'offline'
 * @property {number} [milliseconds] of 'stall' until it rejects with `timeout`; default 100
 */

const DAMAGEABLE = ['getMeta', 'getCar'];

const WHAT = {
  fail: ({ code = 'offline' }) => `fails (${code})`,
  'lose-answer': () => 'is done but its answer is lost',
  stall: ({ milliseconds = 100 }) => `stalls for ${milliseconds} ms`,
  damage: () => 'brings damaged bytes',
  repeat: () => 'arrives twice',
};

/** A schedule in words. @param {Fault[]} schedule */
export function describeFaults(schedule) {
  const describe = (fault) =>
    `${fault.operation ?? 'request'} ${fault.nth} ${WHAT[fault.fault](fault)}`;
  return schedule.map(describe).join('; ');
}

/** @param {Fault[]} schedule @throws {ReplicationError} `invalid-argument` */
export function checkSchedule(schedule) {
  const refuse = (message) => {
    throw new ReplicationError('invalid-argument', message);
  };
  for (const { fault, operation, nth } of schedule) {
    if (!Object.hasOwn(WHAT, fault)) refuse(`there is no fault "${fault}"`);
    if (!Number.isInteger(nth) || nth < 1) refuse('`nth` is a whole number from 1 on');
    if (fault === 'damage' && !DAMAGEABLE.includes(operation))
      refuse(`'damage' has an operation: ${DAMAGEABLE.join(' or ')}`);
  }
}

/**
 * A random schedule, the same for the same seed.
 *
 * @param {number} seed
 * @param {{ count?: number, operations?: Operation[] }} [options] `count`: of faults, default 4, among the first
 *   requests of each operation; default operations: those that read and write
 * @returns {Fault[]}
 */
export function seededFaults(
  seed,
  { count = 4, operations = ['getMeta', 'getCar', 'putMeta', 'putCar'] } = {},
) {
  const next = randomNumbers(seed);
  const oneOf = (list) => list[next(list.length)];
  const within = Math.ceil(count / operations.length) + 2;
  const schedule = new Map();
  while (schedule.size < Math.min(count, within * operations.length)) {
    const operation = oneOf(operations);
    const nth = 1 + next(within);
    const kinds = Object.keys(WHAT).filter(
      (kind) => kind !== 'damage' || DAMAGEABLE.includes(operation),
    );
    const fault = oneOf(kinds);
    const code = fault === 'fail' ? { code: oneOf(['offline', 'timeout', 'server']) } : {};
    schedule.set(`${operation} ${nth}`, { operation, nth, fault, ...code });
  }
  return [...schedule.values()];
}
