import { equal, ok } from '../assert.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

/** Runs a program in a frame under a content security policy; it posts what it found. */
function inFrame(policy, program) {
  const meta = `<meta http-equiv="content-security-policy" content="${policy}">`;
  const frame = document.createElement('iframe');
  const answer = new Promise((resolve) => {
    addEventListener('message', ({ data }) => resolve(data), { once: true });
  });
  frame.srcdoc = `${meta}<script type="module">${program}</script>`;
  document.body.append(frame);
  return answer.finally(() => frame.remove());
}

const program = () => `
  import { fireproof } from '${new URL('/dist/browser.js', location.origin).href}';
  const policyBroken = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => policyBroken.push(effectiveDirective));
  const warnings = [];
  const logger = { ...console, warn: (message) => warnings.push(message) };
  for (const attempt of [1, 2]) {
    const db = fireproof('worker ' + Math.random(), { logger });
    const { rows } = await db.allDocs();
    const { thread } = db;
    const { persisted, quota } = await db.durability();
    await db.destroy();
    if (attempt === 2)
      parent.postMessage({ rows: rows.length, thread, warnings, policyBroken, persisted, quota }, '*');
  }
`;

/** The origin by name: for Firefox, 'self' of a frame without an address is nothing. */
const base = () => `script-src ${location.origin} 'unsafe-inline' 'wasm-unsafe-eval'`;

export default function ({ test, browser }) {
  test('the strictest policy that allows WebAssembly and blob workers is enough', async () => {
    const found = await inFrame(`${base()}; worker-src blob:`, program());
    const { rows, policyBroken, thread, warnings } = found;
    equal(rows, 0);
    equal(policyBroken, []);
    equal([thread, warnings], ['worker', []]);
    if (browser === 'chromium') ok(found.persisted === false && found.quota > 0, 'durability');
  });

  test('where workers are forbidden the engine runs on the page, and one warning says so', async () => {
    const found = await inFrame(`${base()}; worker-src 'none'`, program());
    const { rows, policyBroken, thread, warnings } = found;
    equal(rows, 0);
    equal([thread, warnings.length], ['main', 1]);
    ok(warnings[0].includes('worker-src blob:'), warnings[0]);
    if (browser !== 'webkit') equal([...new Set(policyBroken)], ['worker-src']);
  });
}
