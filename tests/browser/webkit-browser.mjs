/**
 * WebKitGTK's MiniBrowser through WebKitWebDriver, with plain W3C WebDriver requests, on a virtual screen.
 */

import { createServer } from 'node:net';
import { endGroup, removeFolder, startGroup, temporaryFolder } from './cleanup.mjs';

const MINI_BROWSER =
  process.env.MINIBROWSER_PATH ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** @returns {Promise<import('./harness.mjs').Browser>} */
export async function startWebKit() {
  const home = temporaryFolder();
  const screen = startGroup(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  let driver;
  const stop = async () => {
    if (driver) await endGroup(driver);
    await endGroup(screen);
    removeFolder(home);
  };
  try {
    const port = await freePort();
    driver = startGroup('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
      stdio: 'ignore',
      env: environment(home, await displayOf(screen)),
    });
    const session = await startSession(`http://127.0.0.1:${port}`);
    return {
      name: 'webkit',
      version: `${session.browser}/${session.version}`,
      open: (url) => session.open(url),
      commands: {},
      close: async () => {
        await session.end().catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environment(home, display) {
  return {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: home,
    XDG_CACHE_HOME: home,
    XDG_CONFIG_HOME: home,
    DISPLAY: display,
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  };
}

/** Waits until Xvfb has chosen a free display and printed its number. */
async function displayOf(screen) {
  let printed = '';
  for await (const text of screen.stdio[3].setEncoding('utf8')) {
    printed += text;
    if (printed.endsWith('\n')) return `:${printed.trim()}`;
  }
  throw new Error('Xvfb did not start');
}

/** @returns {Promise<number>} a port that was free a moment ago */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startSession(base) {
  await waitForDriver(base);
  const options = { binary: MINI_BROWSER, args: ['--automation'] };
  const { sessionId, capabilities } = await call(base, 'POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
  });
  const path = `/session/${sessionId}`;
  const send = (method, command, body) => call(base, method, `${path}${command}`, body);
  let isFirst = true;
  return {
    browser: capabilities.browserName,
    version: capabilities.browserVersion,
    async open(url) {
      if (!isFirst) {
        const { handle } = await send('POST', '/window/new', { type: 'tab' });
        await send('POST', '/window', { handle });
      }
      isFirst = false;
      const opened = await send('GET', '/window');
      await send('POST', '/url', { url });
      // The session ends with its last window, so one stays, empty.
      return async () => {
        await send('POST', '/window', { handle: opened });
        const handles = await send('GET', '/window/handles');
        if (handles.length === 1) {
          await send('POST', '/url', { url: 'about:blank' });
          isFirst = true;
        } else {
          const [next] = await send('DELETE', '/window');
          await send('POST', '/window', { handle: next });
        }
      };
    },
    end: () => call(base, 'DELETE', path),
  };
}

async function waitForDriver(base) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(base, 'GET', '/status');
    } catch (error) {
      if (attempt === 100) throw new Error('WebKitWebDriver did not start', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function call(base, method, path, body) {
  const response = await fetch(base + path, { method, body: body && JSON.stringify(body) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`WebDriver ${path}: ${value.error}: ${value.message}`);
  return value;
}
