/**
 * For service workers, by importScripts: keeps a page's own files in the browser, so that it opens without its server.
 * Databases are not its business: pages keep them in IndexedDB, and requests to remotes pass by untouched.
 *
 * Files come from the cache first. Each time the page is opened all of them are fetched anew in the background, all or
 * none, for the next time.
 *
 * @param {string} cacheName of this page
 * @param {string[]} files relative to the service worker
 */
self.keepOffline = (cacheName, files) => {
  const urls = new Set(files.map((file) => new URL(file, self.location.href).href));

  async function fetchAll() {
    const cache = await caches.open(cacheName);
    await cache.addAll([...urls].map((url) => new Request(url, { cache: 'no-cache' })));
  }

  async function fromCache(request) {
    const cache = await caches.open(cacheName);
    return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
  }

  self.addEventListener('install', (event) => {
    event.waitUntil(fetchAll().then(() => self.skipWaiting()));
  });

  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

  self.addEventListener('fetch', (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== 'GET' || !urls.has(origin + pathname)) return;
    event.respondWith(fromCache(request));
    const whenServerIsGone = () => {};
    if (request.mode === 'navigate') event.waitUntil(fetchAll().catch(whenServerIsGone));
  });
};
