// What the scripts print about their work: what is done, how long it took, about how long it will
// still take.

const heartbeatSeconds = 15;

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Seconds since `start`, a value of `performance.now()`. */
export const secondsSince = (start) => (performance.now() - start) / 1000;

/**
 * Does one named piece of work. While it lasts, a line now and then tells how long it has taken
 * and, by the estimate or by the work's own `progress(fraction, what)`, what is left.
 *
 * @template T
 * @param {string} title
 * @param {number} estimate seconds it takes on a two-core machine
 * @param {(progress: (fraction: number, what: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, estimate, work) {
  const start = performance.now();
  console.log(`▸ ${title}${estimate >= 5 ? ` (about ${duration(estimate)})` : ''}`);
  let reported = null;
  const timer = setInterval(() => {
    const spent = secondsSince(start);
    const left = reported?.fraction > 0.05 ? spent / reported.fraction - spent : estimate - spent;
    const ending = left > 0 ? `about ${duration(left)} left` : 'longer than usual';
    console.log(`  ${duration(spent)}: ${reported ? `${reported.what}, ` : ''}${ending}`);
  }, heartbeatSeconds * 1000);
  try {
    const result = await work((fraction, what) => (reported = { fraction, what }));
    console.log(`  done in ${duration(secondsSince(start))}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
