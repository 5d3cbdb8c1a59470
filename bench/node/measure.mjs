/**
 * Runs several pieces of work in turn, so that what else the machine does hits all of them alike.
 *
 * @param {Record<string, () => unknown>} works
 * @param {number} rounds
 * @returns {Promise<Record<string, { median: number, min: number, max: number }>>} milliseconds
 */
export async function alternate(works, rounds) {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work();
      if (round > 0) times[name].push(performance.now() - start); // the first round warms up
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summary(all)]));
}

function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

/** A table of results, and of each median relative to the first. */
export function print(title, results) {
  const [first] = Object.values(results);
  console.log(`\n${title}`);
  for (const [name, { median, min, max }] of Object.entries(results)) {
    const ratio = median / first.median;
    console.log(
      `  ${name.padEnd(44)} ${ms(median)} (${ms(min)} to ${ms(max)})  ${ratio.toFixed(2)} x`,
    );
  }
}

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
