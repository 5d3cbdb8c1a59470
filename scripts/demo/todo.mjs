// What there is to see of the todo page, in two tabs: with the server, and without it.
import assert from 'node:assert/strict';
import { takePictures } from './pictures.mjs';
import { Visitor } from './visitor.mjs';

/** The texts of a list, those of done todos in brackets. */
const listOf = (visitor) =>
  visitor.evaluate(() =>
    [...globalThis.document.querySelectorAll('#todos li')].map((item) => {
      const text = item.querySelector('.text').textContent;
      return item.querySelector('input').checked ? `[${text}]` : text;
    }),
  );

/** Waits until the list of a tab is this one. @returns {Promise<string>} the list */
async function sees(visitor, ...wanted) {
  const end = Date.now() + 10_000;
  for (;;) {
    const list = await listOf(visitor);
    if (String(list) === String(wanted)) return list.join(', ') || 'nothing';
    if (Date.now() > end) assert.deepEqual(list, wanted);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function add(visitor, text) {
  await visitor.turnHere();
  await visitor.type('#text', text);
  await visitor.press('Enter');
}

const item = (number) => `#todos li:nth-of-type(${number})`;

async function click(visitor, selector) {
  await visitor.turnHere();
  await visitor.click(selector);
}

/**
 * @param {import('./witness.mjs').Witness} witness
 * @param {import('puppeteer-core').BrowserContext} context
 * @param {string} url of the page
 * @returns {Promise<Visitor[]>} the two tabs
 */
export async function seeTodo(witness, context, url) {
  const here = await Visitor.arrive(context, url);
  const there = await Visitor.arrive(context, url);
  const both = async (...wanted) => {
    await sees(here, ...wanted);
    return sees(there, ...wanted);
  };
  await witness.see('an empty list', () => there.reads('#empty'));
  await witness.see('added, in both tabs', async () => {
    await add(here, 'bread');
    await sees(there, 'bread');
    await add(there, 'milk');
    await both('bread', 'milk');
    await add(here, 'cheese');
    return both('bread', 'milk', 'cheese');
  });
  await witness.see('ticked', async () => {
    await click(there, `${item(2)} label`);
    return both('bread', '[milk]', 'cheese');
  });
  await witness.see('edited', async () => {
    await click(here, `${item(1)} button[aria-label^=Edit]`);
    await here.type(`${item(1)} input`, 'two loaves');
    await here.press('Enter');
    return both('two loaves', '[milk]', 'cheese');
  });
  await witness.see('an edit that is given up', async () => {
    await click(here, `${item(1)} button[aria-label^=Edit]`);
    await here.type(`${item(1)} input`, 'nothing');
    await here.press('Escape');
    return both('two loaves', '[milk]', 'cheese');
  });
  await witness.see('deleted', async () => {
    await click(there, `${item(3)} button[aria-label^=Delete]`);
    return both('two loaves', '[milk]');
  });
  await witness.see('sum', () => there.reads('#sum', /^1 of 2 to do$/));
  await witness.see('controls without a name', async () => {
    assert.deepEqual(await here.namelessControls(), []);
    return 'none';
  });
  await witness.see('after a reload', async () => {
    await here.turnHere();
    await here.reload();
    return both('two loaves', '[milk]');
  });
  await witness.see('kept for offline use', () => here.keptOffline());
  return [here, there];
}

/** Pictures of the page in build/. */
export async function takeTodoScreenshots(witness, visitor) {
  await visitor.turnHere();
  await takePictures(witness, visitor, 'todo');
}

/** To be called when the server has stopped. @param {Visitor[]} tabs from `seeTodo` */
export async function seeTodoOffline(witness, [here, there]) {
  await witness.see('reloaded without server', async () => {
    await here.turnHere();
    await here.reload();
    await sees(here, 'two loaves', '[milk]');
    assert.equal(here.fromServer, 0, `${here.fromServer} files came from a server`);
    return `${here.fromServiceWorker} files of the page, all from its service worker`;
  });
  await witness.see('added without server, in both tabs', async () => {
    await add(here, 'eggs');
    await sees(here, 'two loaves', '[milk]', 'eggs');
    return sees(there, 'two loaves', '[milk]', 'eggs');
  });
  await witness.see('what is done deleted, then reloaded', async () => {
    await click(there, '#clear');
    await sees(here, 'two loaves', 'eggs');
    await there.turnHere();
    await there.reload();
    return sees(there, 'two loaves', 'eggs');
  });
  await witness.see('errors that the page did not catch', () => {
    assert.deepEqual([...here.errors, ...there.errors], []);
    return 'none';
  });
}
