// npm run demo -- --check: does in a headless Chromium what a visitor would do, and prints what it
// saw.
import assert from 'node:assert/strict';
import { startChromium } from './browser.mjs';
import { seeUnreachable, seeWrongKey } from './failures.mjs';
import { readReplicas } from './replicas.mjs';
import {
  seeReplication,
  seeReplicationElsewhere,
  seeReplicationOffline,
  takeReplicationPictures,
} from './replication.mjs';
import { startServers } from './servers.mjs';
import { seeDocuments, seeFigures, seeTable, takeScreenshots } from './sights.mjs';
import { seeTodo, seeTodoOffline, takeTodoScreenshots } from './todo.mjs';
import { Traffic } from './traffic.mjs';
import { Visitor } from './visitor.mjs';
import { Witness } from './witness.mjs';

/** @returns {Promise<boolean>} everything was seen */
export async function check() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const witness = new Witness();
  try {
    await withServers(async (servers) => {
      const { browser, stop } = await startChromium();
      try {
        console.log(`\n${await browser.version()} at ${servers.demo.pageUrl}`);
        await checkIn(browser, { witness, ...servers });
      } finally {
        await stop();
      }
    });
  } catch (error) {
    await witness.see('the rest', () => Promise.reject(error));
  }
  return witness.conclude();
}

async function withServers(use) {
  const traffic = new Traffic();
  const replicas = readReplicas();
  const demo = await startServers({ replicas, before: traffic.before });
  try {
    await use({ traffic, replicas, demo });
  } finally {
    traffic.release();
    await demo.stop();
  }
}

async function checkIn(browser, { witness, traffic, replicas, demo }) {
  for (const replica of replicas) {
    const context = await browser.createBrowserContext();
    await seeWrongKey(witness, context, replica, demo);
    await context.close();
  }
  const context = await browser.createBrowserContext();
  await seeUnreachable(witness, context, replicas[0], demo);
  await context.close();

  const visitor = await Visitor.arrive(browser.defaultBrowserContext(), demo.pageUrl);
  const addresses = [];
  for (const [index, replica] of replicas.entries()) {
    console.log(`\n${replica.title} from the network`);
    traffic.hold();
    await witness.see('opened', () => openReplica(visitor, { replica, index, demo }));
    addresses.push(await visitor.address());
    await seePulled(witness, visitor, { replica, traffic, demo });
    await seeTable(witness, visitor, replica);
    if (index === 0) await takeScreenshots(witness, visitor);
    await visitor.click('#another');
  }
  await witness.see('kept for offline use', () => visitor.keptOffline());

  console.log(`\nThe todo page in two tabs at ${demo.todoUrl}`);
  const tabs = await seeTodo(witness, browser.defaultBrowserContext(), demo.todoUrl);
  await takeTodoScreenshots(witness, tabs[0]);

  console.log(`\nThe replication page in two profiles at ${demo.replicationUrl}`);
  const replicating = await seeReplicationPage(browser, witness, demo.replicationUrl);
  await visitor.turnHere();

  console.log('\nAll servers stopped');
  await visitor.goTo(addresses.at(-1));
  await visitor.documents(replicas.at(-1).expected.docs.length);
  await demo.stop();
  await witness.see('stopped', () => seeStopped(demo));
  await witness.see('the open page notices', () => visitor.reads('#badge', /gone/));
  for (const [index, replica] of replicas.entries()) {
    console.log(`\n${replica.title} after a reload without servers`);
    await visitor.goTo(addresses[index]);
    await seeKept(witness, visitor, replica);
  }
  await witness.see('errors that the page did not catch', () => {
    assert.deepEqual(visitor.errors, []);
    return 'none';
  });
  console.log('\nThe todo page without servers');
  await seeTodoOffline(witness, tabs);
  console.log('\nThe replication page without servers');
  await seeReplicationOffline(witness, replicating);
}

async function seeReplicationPage(browser, witness, url) {
  const visitor = await seeReplication(witness, browser.defaultBrowserContext(), url);
  const context = await browser.createBrowserContext();
  await seeReplicationElsewhere(witness, context, { url, visitor });
  await context.close();
  await takeReplicationPictures(witness, visitor);
  return visitor;
}

/** The first one by its button, the others by name, key and URL. */
async function openReplica(visitor, { replica, index, demo }) {
  const { database, format, key, title } = replica;
  if (index > 0) {
    await visitor.openByForm({ format, database, key, url: demo.replicaUrl });
    return `by name "${database}", key and URL`;
  }
  await visitor.click(`.preset:nth-of-type(${index + 1})`);
  const button = await visitor.reads(`.preset:nth-of-type(${index + 1}) strong`, RegExp(title));
  await visitor.click('#submit');
  return `by the button "${button}"`;
}

async function seePulled(witness, visitor, { replica, traffic, demo }) {
  await witness.see('progress', () => visitor.reads('#progress-text', /^1 of [2-9] CARs/));
  traffic.release();
  await seeDocuments(witness, visitor, replica);
  await witness.see('connection', () => visitor.reads('#badge', /^Up to date$/));
  await seeFigures(witness, visitor, {
    first: 'from the network',
    pulled: `in ${replica.cars} CARs`,
  });
  await witness.see('requests', () => {
    assert.deepEqual(traffic.origins, [new URL(demo.pageUrl).origin]);
    return `${traffic.summary}, from ${traffic.origins} to ${new URL(demo.replicaUrl).origin}`;
  });
}

async function seeStopped({ pageUrl, replicaUrl }) {
  for (const url of [pageUrl, replicaUrl]) await assert.rejects(fetch(url), `${url} still answers`);
  return `${pageUrl} and ${replicaUrl} refuse connections`;
}

async function seeKept(witness, visitor, replica) {
  await witness.see('reloaded', async () => {
    await visitor.reload();
    await visitor.documents(replica.expected.docs.length);
    assert.equal(visitor.fromServer, 0, `${visitor.fromServer} files came from a server`);
    return `${visitor.fromServiceWorker} files of the page, all from its service worker`;
  });
  await seeDocuments(witness, visitor, replica);
  await seeFigures(witness, visitor, { first: 'from IndexedDB', pulled: 'nothing' });
  await witness.see('connection', () => visitor.reads('#badge', /gone/));
  await witness.see('explanation', () => visitor.reads('#explanation p'));
}
