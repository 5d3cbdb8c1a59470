/**
 * Visits the todo page of web-examples/ as `npm run demo -- --check` does: two tabs, the server gone, reloads.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @returns {Promise<{ what: string, error: string | null }[]>} what there was to see; null: it was seen
 */
export async function visitTodo(browser) {
  // Not before it is needed: they import dist/.
  const { startServers } = await import('../../scripts/demo/servers.mjs');
  const { seeTodo, seeTodoOffline } = await import('../../scripts/demo/todo.mjs');
  const sights = [];
  const witness = {
    async see(what, look) {
      const error = await Promise.resolve()
        .then(look)
        .then(
          () => null,
          ({ message }) => message,
        );
      sights.push({ what, error });
    },
  };
  const demo = await startServers({ replicas: [] });
  const context = await browser.createBrowserContext();
  try {
    const tabs = await seeTodo(witness, context, demo.todoUrl);
    await demo.stop();
    await seeTodoOffline(witness, tabs);
  } finally {
    await demo.stop();
    await context.close();
  }
  return sights;
}
