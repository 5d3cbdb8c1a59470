/**
 * Runs in the page. The address names a module:
 * - with `run`: a suite. Its default export is called with { test, browser, command } and registers
 *   cases, which run one after the other; the results go to the server;
 * - without: a helper in another tab, which is only loaded.
 */

const query = new URLSearchParams(location.search);
const run = query.get('run');

/** Milliseconds that one case may take. */
const PATIENCE = 60_000;

/** Errors that no case has caught. @type {string[]} */
const stray = [];
addEventListener('error', (event) => stray.push(`uncaught: ${event.message}`));
addEventListener('unhandledrejection', (event) =>
  stray.push(`unhandled: ${describe(event.reason)}`),
);

function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack?.includes(error.message)
    ? error.stack
    : `${error}\n${error.stack ?? ''}`;
  return text.replaceAll(/^(?:.*\/\/# source.*)$/gm, '');
}

async function post(path, message) {
  const response = await fetch(path, { method: 'POST', body: JSON.stringify(message) });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

const report = (message) => post(`/report/${run}`, message);

/** Asks the program that drives the browser for something, see page-run.mjs. */
const command = (name, parameters = {}) => post(`/command/${run}/${name}`, parameters);

async function runCase({ name, body }) {
  const start = performance.now();
  let error = null;
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([body(), limit]);
  } catch (caught) {
    error = describe(caught);
  }
  clearTimeout(timer);
  error ??= stray.length > 0 ? stray.join('\n') : null;
  stray.length = 0;
  return { name, error, ms: Math.round(performance.now() - start) };
}

async function runSuite(module) {
  const cases = [];
  const test = (name, body) => cases.push({ name, body });
  await module.default({ test, browser: query.get('browser'), command });
  const results = [];
  for (const each of cases) {
    await report({ started: each.name });
    results.push(await runCase(each));
  }
  await report({ results });
}

try {
  const module = await import(query.get('module'));
  if (run) await runSuite(module);
} catch (error) {
  if (!run) throw error;
  await report({ error: describe(error) });
}
