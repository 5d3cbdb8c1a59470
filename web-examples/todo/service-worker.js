importScripts('../shared/keep-offline.js');

self.keepOffline('fireproof-todo', [
  './',
  'icon.svg',
  'todo-item.js',
  'todo.css',
  'todo.js',
  'todos.js',
  '../package/browser.js',
  '../shared/controls.css',
  '../shared/element.js',
  '../shared/offline.js',
  '../shared/page.css',
]);
