// Reads how many tests passed from what the runners print at their end. A runner whose ending is
// not understood, or which ended with an error that no count explains, has one failed test.

// eslint-disable-next-line no-control-regex
const withoutColours = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');

const number = (match) => Number(match?.[1] ?? 0);

function checked({ passed, failed }, code) {
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/**
 * Catch2: `All tests passed (9 assertions in 2 test cases)`, or
 * `test cases: 3 | 2 passed | 1 failed`.
 */
export function catchCounts({ code, output }) {
  const text = withoutColours(output);
  const all = /All tests passed \(\d+ assertions? in (\d+) test cases?\)/.exec(text);
  const line = /^test cases:.*$/m.exec(text)?.[0] ?? '';
  return checked(
    {
      passed: all ? number(all) : number(/(\d+) passed/.exec(line)),
      failed: number(/(\d+) failed/.exec(line)),
    },
    code,
  );
}

/** node:test: `ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`. */
export function nodeCounts({ code, output }) {
  const text = withoutColours(output);
  const count = (name) => number(new RegExp(`^. ${name} (\\d+)$`, 'm').exec(text));
  return checked({ passed: count('pass'), failed: count('fail') + count('cancelled') }, code);
}

/** Our own runners: the last line is `3 passed, 0 failed`. */
export function plainCounts({ code, output }) {
  const match = /^(\d+) passed, (\d+) failed$/.exec(output.trimEnd().split('\n').at(-1));
  return checked({ passed: Number(match?.[1] ?? 0), failed: Number(match?.[2] ?? 0) }, code);
}
