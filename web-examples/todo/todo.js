/** A todo list in a database of this browser: it is the same in every tab, and needs no network. */

import { byId } from '../shared/element.js';
import { keepPage } from '../shared/offline.js';
import { TodoItem } from './todo-item.js';
import { Todos } from './todos.js';

const todos = new Todos();

/** What is shown, by id of the todo. @type {Map<string, TodoItem>} */
const items = new Map();

function render() {
  const all = todos.all;
  const shown = new Set(all.map(({ _id }) => _id));
  for (const [id, item] of items) if (!shown.has(id)) remove(id, item);
  for (const todo of all) {
    if (items.has(todo._id)) items.get(todo._id).show(todo);
    else insert(todo, all);
  }
  const open = all.filter(({ done }) => !done).length;
  byId('empty').hidden = all.length > 0;
  byId('sum').textContent = all.length > 0 ? `${open} of ${all.length} to do` : '';
  byId('clear').hidden = open === all.length;
  document.title = open > 0 ? `(${open}) Fireproof todo` : 'Fireproof todo';
}

/** @param {import('./todos.js').Todo[]} all what is shown, of which `todo` is one */
function insert(todo, all) {
  const item = new TodoItem(todo);
  const { _id: id } = todo;
  item.addEventListener('change', ({ detail }) => store(() => todos.change(id, detail)));
  item.addEventListener('delete', () => store(() => todos.delete(id), 'Deleted'));
  const next = all.slice(all.indexOf(todo) + 1).find((each) => items.has(each._id));
  byId('todos').insertBefore(item.element, next ? items.get(next._id).element : null);
  items.set(id, item);
}

/** The focus goes on to a neighbour if it was inside. */
function remove(id, item) {
  const hadFocus = item.element.contains(document.activeElement);
  const ids = [...byId('todos').children];
  const at = ids.indexOf(item.element);
  const neighbour = ids[at + 1] ?? ids[at - 1];
  item.element.remove();
  items.delete(id);
  if (hadFocus) (neighbour?.querySelector('input') ?? byId('text')).focus();
}

/**
 * @param {() => Promise<unknown>} change
 * @param {string} [news] for those who do not see the list
 */
async function store(change, news = '') {
  say('busy', 'Saving');
  try {
    await change();
    byId('announcer').textContent = news;
    fail(null);
  } catch (error) {
    fail(error);
    render(); // as it was
  }
}

/** @param {Error | null} error null: it works (again) */
function fail(error) {
  byId('failure').hidden = error === null;
  byId('failure').textContent = error ? `This was not saved: ${error.message}` : '';
  if (error) say('bad', 'Not saved');
  else say('good', 'Saved here');
}

function say(tone, text) {
  byId('badge').dataset.tone = tone;
  byId('badge').textContent = text;
}

byId('add').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = byId('text').value.trim();
  byId('text').value = '';
  if (text !== '') store(() => todos.add(text), `Added: ${text}`);
});
byId('clear').addEventListener('click', () =>
  store(() => todos.deleteDone(), 'Deleted what is done'),
);
todos.addEventListener('change', render);
todos.loaded.then(() => fail(null), fail);
keepPage(byId('offline-ready'));
