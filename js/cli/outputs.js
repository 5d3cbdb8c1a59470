/**
 * Lets the command line outlive those who read what it prints: `serve | head` serves on, `token | true` ends quietly. What
 * cannot be printed is lost; why is told on standard error, once.
 */
export function outliveReaders() {
  let isTold = false;
  process.stdout.on('error', ({ code }) => {
    if (!isTold) console.error(`standard output is gone: ${code}`);
    isTold = true;
  });
  // There is nobody left to be told.
  process.stderr.on('error', () => {});
}

/** Tells of what nobody caught, and ends with exit code 1. */
export function reportFailures() {
  const fail = (error) => {
    console.error(`fireproof-wasm: ${error?.stack ?? error}`);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}
