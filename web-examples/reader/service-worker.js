/**
 * Keeps the page's own files in the browser, so that it opens without its server. The databases are
 * not its business: the page keeps them in IndexedDB, and requests to remotes pass by untouched.
 *
 * Files come from the cache first. Each time the page is opened all of them are fetched anew in the
 * background, all or none, for the next time.
 */

const CACHE = 'fireproof-reader';

/** Relative to the page. */
const FILES = [
  './',
  'address.js',
  'columns.js',
  'details.js',
  'documents.css',
  'element.js',
  'explanations.js',
  'figures.js',
  'form.css',
  'icon.svg',
  'json-view.js',
  'presets.json',
  'quantities.js',
  'reader.css',
  'reader.js',
  'reading-view.js',
  'reading.css',
  'session.js',
  'start-view.js',
  'table.js',
  '../package/browser.js',
];

const URLS = new Set(FILES.map((file) => new URL(file, self.location.href).href));

async function fetchAll() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...URLS].map((url) => new Request(url, { cache: 'no-cache' })));
}

async function fromCache(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => {
  event.waitUntil(fetchAll().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || !URLS.has(origin + pathname)) return;
  event.respondWith(fromCache(request));
  const whenServerIsGone = () => {};
  if (request.mode === 'navigate') event.waitUntil(fetchAll().catch(whenServerIsGone));
});
