/**
 * Has the page's service worker keep its files.
 *
 * @param {HTMLElement} note is shown once they are kept
 */
export async function keepPage(note) {
  try {
    await navigator.serviceWorker.register('service-worker.js');
    await navigator.serviceWorker.ready;
    note.hidden = false;
  } catch {
    // Not over plain http, for example: the page works, but not without its server.
  }
}
