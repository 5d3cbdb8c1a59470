import type { Connector } from './connectors.js';
import type { ErrorCode } from './errors.js';

export type {
  CarRequest,
  CarUpload,
  Connector,
  MetaAnswer,
  MetaRequest,
  MetaStored,
  MetaUpload,
} from './connectors.js';

/** The database that a connector serves. */
export interface DatabaseName {
  database: string;
  format: '0.14' | '0.24';
}

/** What a remote makes of a condition. */
export type Policy = 'honoured' | 'ignored' | 'unsupported';

/** 'none': its connectors cannot ask for conditions. */
export type Conditions = Policy | 'none' | { absent: Policy; match: Policy };

/** A remote to be tested. */
export interface TestRemote {
  /** Makes a connector to this remote. */
  connector(database: DatabaseName): Connector;
  /** Of a remote whose connectors only read: makes one that fills it. */
  writer?(database: DatabaseName): Connector;
  close?(): void | Promise<void>;
}

export interface AcceptanceOptions<Remote extends TestRemote> {
  /** Makes a new remote, which is empty. */
  makeRemote(): Remote | Promise<Remote>;
  /** Default 'none'. */
  conditions?: Conditions;
  /** The connector has no `putCar` and `putMeta`. */
  readOnly?: boolean;
  /** Makes a remote fail from then on so that every operation has to reject with this code. */
  failures?: Partial<Record<ErrorCode, (remote: Remote) => unknown>>;
  /** Makes a remote answer nothing from then on. */
  stall?(remote: Remote): unknown;
  /** Size in bytes of the CAR that counts as large; default 2 MiB. */
  largeBytes?: number;
  /** How many random schedules of faults are tried; default 2. */
  schedules?: number;
  /** Of the first of them; default 1. */
  seed?: number;
  /** Seconds that devices get to synchronize; default 60. */
  patience?: number;
}

export interface AcceptanceCase {
  name: string;
  /** Rejects if the connector does not keep the contract. */
  run(): Promise<void>;
}

/** The contract of a connector as a list of cases, for any test framework. They may run at the same time. */
export function connectorCases<Remote extends TestRemote>(
  options: AcceptanceOptions<Remote>,
): AcceptanceCase[];

/** A remote in memory. `objects`: what it keeps, by path. Default conditions: 'honoured'. */
export function memoryRemote(options?: { conditions?: Conditions }): {
  connector(database: DatabaseName): Connector;
  readonly objects: Map<string, Uint8Array>;
};

export type Operation = 'getMeta' | 'getCar' | 'hasCar' | 'putMeta' | 'putCar' | 'probe';

interface AnyFault {
  /** Default: any. */
  operation?: Operation;
  /** Which request, from 1 on, counted among those of `operation`. */
  nth: number;
}

/** One that happens to one request. */
export type Fault =
  /** The remote is not reached. Default code: 'offline'. */
  | (AnyFault & { fault: 'fail'; code?: ErrorCode })
  /** The remote does what it was asked for, and the answer is lost. */
  | (AnyFault & { fault: 'lose-answer' })
  /** The remote is not reached, which is noticed after so many milliseconds; default 100. */
  | (AnyFault & { fault: 'stall'; milliseconds?: number })
  /** The request arrives twice, and the second answer is given. */
  | (AnyFault & { fault: 'repeat' })
  /** A CAR comes with one bit changed, a meta cut off. */
  | (AnyFault & { fault: 'damage'; operation: 'getMeta' | 'getCar' });

/** A connector whose requests suffer the faults of a schedule; `injected` are those that have happened, in order. */
export function withFaults(
  connector: Connector,
  schedule: readonly Fault[],
): Connector & { readonly injected: readonly Fault[] };

/** A random schedule, the same for the same seed. Default count: 4. */
export function seededFaults(
  seed: number,
  options?: { count?: number; operations?: Operation[] },
): Fault[];

/** A schedule in words. */
export function describeFaults(schedule: readonly Fault[]): string;
