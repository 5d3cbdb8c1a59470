import { ok } from '../assert.js';

export const browsers = ['chromium'];

export default async function ({ test, command }) {
  for (const { what, error } of await command('visitTodo'))
    test(`the todo page, ${what}`, async () => ok(error === null, error));
}
