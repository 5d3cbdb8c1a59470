// What is measured, as a list of steps on devices; names as in the tables of the results.

/** @type {Record<string, { count: number, batch: number, title: string }>} */
export const WORKLOADS = {
  w1: { count: 300, batch: 1, title: '300 puts' },
  bulk10k: { count: 10_000, batch: 1000, title: '10,000 in bulk' },
};

export const SYSTEMS = ['ours', 'peer'];

export const NAMES = { ours: 'fireproof-wasm', peer: '@fireproof/core 0.24.19' };

/** Of one run of a workload by one system; for estimates, in seconds. */
export const SECONDS = { w1: { ours: 12, peer: 30 }, bulk10k: { ours: 14, peer: 30 } };

/** What each step gives, and how many times faster than the peer we want to be. */
export const MEASURES = {
  local: { step: 'write', aim: 10, title: 'local: every write acknowledged' },
  durable: { step: 'write', aim: 10, title: 'durable: everything at the remote' },
  clone: { step: 'clone', aim: 20, title: 'cold clone' },
  reopen: { step: 'reopen', aim: 10, title: 'reopen of the writer, offline' },
  reopenClone: { step: 'reopenClone', aim: 10, title: 'reopen of the clone, offline' },
};
