// The same small application in each framework, compiled by its own compiler.
import { connect, fireproof } from 'fireproof-wasm';
import { mount as mountSvelte, unmount as unmountSvelte } from 'svelte';
import { createApp } from 'vue';
import { equal, until } from '../assert.js';
import { mount as mountSolid } from './App.solid.jsx';
import SvelteApp from './App.svelte';
import VueApp from './App.vue';

/** How each puts the application into a place; the result ends it. */
const FRAMEWORKS = {
  svelte(target, props) {
    const app = mountSvelte(SvelteApp, { target, props });
    return () => unmountSvelte(app);
  },
  vue(place, properties) {
    const app = createApp(VueApp, properties);
    app.mount(place);
    return () => app.unmount();
  },
  solid: mountSolid,
};

const $ = (selector) => document.querySelector(selector);
const texts = () => Array.from(document.querySelectorAll('li'), ({ textContent }) => textContent);

async function enter(text) {
  $('input').value = text;
  $('input').dispatchEvent(new Event('input', { bubbles: true }));
  $('form').requestSubmit();
  await until(() => texts().includes(text), 'it is listed');
  await until(() => $('input').value === '', 'the input is empty again');
}

export function suite({ test, command }) {
  for (const [framework, mount] of Object.entries(FRAMEWORKS)) {
    test(`${framework}: what is entered is stored, listed, replicated, and closed with the application`, async () => {
      const url = await command('startReplica');
      const place = document.body.appendChild(document.createElement('div'));
      const seen = {};
      const name = `${framework}-app`;
      const options = { public: true, connect: (db) => connect.rest(db, { url, poll: 0 }) };
      const end = mount(place, { name, options, seen });
      let closed = 0;
      seen.database.onClosed(() => (closed += 1));
      await until(() => $('main').dataset.hydrated === 'true', 'it was read');
      await enter('milk');
      await enter('bread');
      equal(texts(), ['milk', 'bread']);
      await until(() => $('output').textContent === 'safe', 'it is safe');
      const other = fireproof(name, { public: true, storage: 'memory' });
      await connect.rest(other, { url, poll: 0 }).loaded;
      await other.put({ text: 'salt', created: 0 }, { safe: 'any' });
      await other.close();
      await seen.database.connections[0].pull();
      await until(() => texts()[0] === 'salt', 'what another device wrote is listed');
      end();
      equal(texts(), []);
      await until(() => closed === 1, 'it is closed');
      place.remove();
      await fireproof(name, { public: true }).destroy();
    });
  }
}
