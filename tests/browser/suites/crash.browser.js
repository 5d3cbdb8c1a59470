import { randomOf } from '../../js/interop/histories/random.js';
import { ok, until } from '../assert.js';

export const browsers = ['chromium', 'firefox'];

const MODULE = 'tests/browser/suites/crash.tab.js';

/** What is killed, in turn; each time but the last, the next page looks at what is left. */
const KILLS = {
  chromium: ['page', 'page', 'page', 'browser', 'browser'],
  firefox: ['browser', 'browser'],
};

/** A kill of Firefox takes seconds. */
const FORMATS = { chromium: ['0.24', '0.14'], firefox: ['0.24'] };

export default function ({ test, browser, command }) {
  for (const [seed, format] of FORMATS[browser].entries()) {
    test(`killed while it writes, every acknowledged write is there: ${format}`, async () => {
      const random = randomOf(seed);
      let acknowledged = 0;

      /** Takes in what the page has told, and gives the number of its news. */
      async function listen() {
        const news = await command('lastWords');
        for (const { made, written, error } of news) {
          ok(!error, `${error}; ${acknowledged} writes were acknowledged`);
          acknowledged = made ?? acknowledged + written;
        }
        return news.length;
      }

      for (const what of KILLS[browser]) {
        await command('openDoomed', { module: MODULE, format, seed, acknowledged });
        await until(listen, 'the page has looked at what is there', 20_000);
        await until(listen, 'the page has written', 20_000);
        await new Promise((resolve) => setTimeout(resolve, random.below(300)));
        await command('killDoomed', { what });
        await listen();
      }
      ok(acknowledged > KILLS[browser].length, `only ${acknowledged} writes`);
    });
  }
}
