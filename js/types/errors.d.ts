/** The closed list of error codes. */
export type ErrorCode =
  | 'not-found'
  | 'invalid-document'
  | 'invalid-key'
  | 'invalid-argument'
  | 'key-missing'
  | 'key-mismatch'
  | 'corrupt-car'
  | 'corrupt-block'
  | 'corrupt-meta'
  | 'unrelated-history'
  | 'unsupported-format'
  | 'rolled-back'
  | 'unauthorized'
  | 'forbidden'
  | 'conflict'
  | 'offline'
  | 'timeout'
  | 'server'
  | 'quota-exceeded'
  | 'storage-lost'
  | 'aborted'
  | 'closed';

export interface ReplicationErrorDetails {
  retryable?: boolean;
  /** The connector that failed, as its `name`. */
  remote?: string;
  /** Milliseconds the remote asked to wait before the next try. */
  retryAfter?: number;
  cause?: unknown;
}

/** The one error type of this package: everything rejects with it. */
export class ReplicationError extends Error {
  constructor(code: ErrorCode, message: string, details?: ReplicationErrorDetails);
  readonly code: ErrorCode;
  /** The same call may succeed later without any change by the caller. */
  readonly retryable: boolean;
  readonly remote?: string;
  readonly retryAfter?: number;
  readonly cause?: unknown;
}
