import { equal } from '../assert.js';

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
  const db = fireproof('worker ' + Math.random());
  const { rows } = await db.allDocs();
  await db.destroy();
  parent.postMessage({ rows: rows.length, policyBroken }, '*');
`;

/** The origin by name: for Firefox, 'self' of a frame without an address is nothing. */
const base = () => `script-src ${location.origin} 'unsafe-inline' 'wasm-unsafe-eval'`;

export default function ({ test, browser }) {
  test('the strictest policy that allows WebAssembly and blob workers is enough', async () => {
    const { rows, policyBroken } = await inFrame(`${base()}; worker-src blob:`, program());
    equal(rows, 0);
    equal(policyBroken, []);
  });

  test('where workers are forbidden the engine runs on the page', async () => {
    const { rows, policyBroken } = await inFrame(`${base()}; worker-src 'none'`, program());
    equal(rows, 0);
    if (browser !== 'webkit') equal([...new Set(policyBroken)], ['worker-src']);
  });
}
