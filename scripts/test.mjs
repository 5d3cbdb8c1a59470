#!/usr/bin/env node
// npm test: sets up what is missing and runs every suite. Node built-ins and our own modules only,
// because it starts in a clone without node_modules.
import { duration, secondsSince } from './lib/steps.mjs';
import { setUp } from './setup/index.mjs';
import { expectedSeconds, rememberSeconds } from './test/durations.mjs';
import { stopSharedGateway } from './test/shared-gateway.mjs';
import { suites } from './test/suites.mjs';

const help = `Usage: npm test [-- --only SUITE[,SUITE...]]

Sets up what is missing and runs the suites, in this order:

${suites.map(({ name, what }) => `  ${name.padEnd(10)}${what}`).join('\n')}

The last line is "N passed, N failed"; the exit code is 1 if a test failed or a suite ran none.`;

function selectedSuites(args) {
  const names = args.flatMap((arg) => arg.replace(/^--only=?/, '').split(',')).filter(Boolean);
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`Unknown suite: ${unknown.join(', ')}\n\n${help}`);
    process.exit(2);
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

/** What keeps a group's suites from running, by group; empty if everything is there. */
async function setUpGroups(names) {
  const problems = new Map();
  for (const name of names) {
    await setUp([name]).catch((error) => {
      console.error(error.message);
      problems.set(name, `set-up of "${name}" failed, see above`);
    });
  }
  return problems;
}

async function runSuite(suite, problems) {
  const problem = suite.groups.map((group) => problems.get(group)).find(Boolean);
  if (problem) {
    console.error(problem);
    return { passed: 0, failed: 1 };
  }
  try {
    const counts = await suite.run();
    if (counts.passed + counts.failed > 0) return counts;
    console.error(`${suite.name} ran no test`);
  } catch (error) {
    console.error(error.message);
  }
  return { passed: 0, failed: 1 };
}

async function main(selected) {
  console.log('Setting up');
  const groups = [...new Set(selected.flatMap((suite) => suite.groups))];
  const problems = await setUpGroups(groups);

  const results = [];
  for (const [index, suite] of selected.entries()) {
    const left = selected.slice(index).reduce((sum, each) => sum + expectedSeconds(each), 0);
    const position = `${index + 1} of ${selected.length}`;
    console.log(`\n━━ ${suite.name} (${position}): ${suite.what}`);
    console.log(`   about ${duration(expectedSeconds(suite))}; ${duration(left)} until the end`);
    const start = performance.now();
    const counts = await runSuite(suite, problems);
    const seconds = secondsSince(start);
    if (counts.failed === 0) rememberSeconds(suite, seconds);
    results.push({ name: suite.name, seconds, ...counts });
    console.log(
      `━━ ${suite.name}: ${counts.passed} passed, ${counts.failed} failed, ${duration(seconds)}`,
    );
  }
  return results;
}

function summarize(results) {
  console.log('');
  for (const { name, passed, failed, seconds } of results) {
    const mark = failed === 0 ? '✓' : '✗';
    const counts = `${String(passed).padStart(6)} passed  ${String(failed).padStart(4)} failed`;
    console.log(`${mark} ${name.padEnd(10)}${counts}  ${duration(seconds).padStart(11)}`);
  }
  const total = (key) => results.reduce((sum, each) => sum + each[key], 0);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') === 0;
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(help);
} else {
  // What runs ends with this process: an exit, unlike a signal, lets it be ended.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  try {
    process.exitCode = summarize(await main(selectedSuites(args))) ? 0 : 1;
  } finally {
    await stopSharedGateway();
  }
}
