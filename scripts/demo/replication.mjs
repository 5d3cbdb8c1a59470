// What there is to see of the replication page: two devices that write apart and merge, and two more in another profile.
import assert from 'node:assert/strict';
import { takePictures } from './pictures.mjs';
import { Visitor } from './visitor.mjs';

const ALL_SAFE = /^The devices agree, all is safe$/;

/** The documents of both devices, as lists of "id: text (device that wrote it)". */
const listsOf = (visitor) =>
  visitor.evaluate(() =>
    [...globalThis.document.querySelectorAll('.device')].map((device) =>
      [...device.querySelectorAll('.documents li:has(button)')].map((item) => {
        const [id, text, by] = ['.id', '.text', '.by'].map((name) => item.querySelector(name));
        return `${id.textContent}: ${text.textContent} (${by.textContent})`;
      }),
    ),
  );

/** The status of each connection, as one line. */
const statusOf = (visitor) =>
  visitor.evaluate(() =>
    [...globalThis.document.querySelectorAll('.connection')].map((connection) => {
      const of = (name) => connection.querySelector(`[data-status=${name}]`).textContent;
      const state = connection.querySelector('.badge').textContent;
      const name = connection.getAttribute('aria-label');
      return `${name} ${state}, safe: ${of('safe')}, queue: ${of('pending')}, conditional: ${of('conditional')}`;
    }),
  );

async function write(visitor, device, id, text) {
  const form = `[data-device=${device}] form`;
  await visitor.type(`${form} input:nth-of-type(1)`, id);
  await visitor.type(`${form} input:nth-of-type(2)`, text);
  await visitor.press('Enter');
  await visitor.reads(`[data-device=${device}] [data-id=${id}] .text`, RegExp(`^${text}$`));
}

const clock = (visitor, device, heads) =>
  visitor.reads(`#clock-${device}`, RegExp(`\\(${heads} heads?\\)`));

/**
 * @param {import('./witness.mjs').Witness} witness
 * @param {import('puppeteer-core').BrowserContext} context
 * @param {string} url of the page
 * @returns {Promise<Visitor>}
 */
export async function seeReplication(witness, context, url) {
  const visitor = await Visitor.arrive(context, url);
  await witness.see('replicated from device A to device B', async () => {
    await write(visitor, 'A', 'milk', '1 l');
    await visitor.reads('[data-device=B] [data-id=milk] .text', /^1 l$/);
    await visitor.reads('#badge', ALL_SAFE);
    return String((await listsOf(visitor))[1]);
  });
  await witness.see('conditions of the remotes', async () => {
    const lines = await statusOf(visitor);
    assert.match(lines[0], /conditional: honoured$/);
    assert.match(lines[1], /conditional: ignored$/);
    return lines.slice(0, 2).join('; ');
  });
  await witness.see('written on both devices while the network is cut', async () => {
    await visitor.click('#cut');
    await write(visitor, 'A', 'milk', '2 l');
    await write(visitor, 'A', 'rice', '1 kg');
    await write(visitor, 'B', 'milk', 'none');
    await visitor.reads('#badge', /^Cut; the devices differ$/);
    await visitor.reads('[data-device=A] [data-kind=rest] .badge', /^offline$/);
    return (await listsOf(visitor)).join(' | ');
  });
  await witness.see('connected again: two heads, merged, all safe', async () => {
    await visitor.click('#mend');
    await visitor.reads('#badge', ALL_SAFE);
    for (const device of ['A', 'B']) await clock(visitor, device, 2);
    const [a, b] = await listsOf(visitor);
    assert.deepEqual(a, b);
    assert.equal(a.length, 2);
    return a.join(', ');
  });
  await witness.see('who won', () => visitor.reads('[data-device=A] .verdict', / won over /));
  await witness.see('connections', async () => {
    const lines = await statusOf(visitor);
    for (const line of lines) assert.match(line, /safe: yes, queue: empty/);
    return lines.join('; ');
  });
  await witness.see('joined by the next write', async () => {
    await write(visitor, 'B', 'tea', 'green');
    for (const device of ['A', 'B']) await clock(visitor, device, 1);
    return visitor.reads('#clock-A');
  });
  await witness.see('controls without a name', async () => {
    assert.deepEqual(await visitor.namelessControls(), []);
    return 'none';
  });
  await witness.see('kept for offline use', () => visitor.keptOffline());
  return visitor;
}

/** Two more devices, in a profile that has nothing yet. */
export async function seeReplicationElsewhere(witness, context, { url, visitor }) {
  const other = await Visitor.arrive(context, url);
  await witness.see('fetched by two new devices in another profile', async () => {
    await other.reads('[data-device=A] [data-id=tea] .text', /^green$/);
    await other.reads('#badge', ALL_SAFE);
    const [a, b] = await listsOf(other);
    assert.deepEqual(b, a);
    assert.deepEqual(a, (await listsOf(visitor))[0]);
    return a.join(', ');
  });
  await witness.see('written there, replicated to the first profile', async () => {
    await write(other, 'A', 'figs', '12');
    await visitor.turnHere();
    await visitor.reads('[data-device=B] [data-id=figs] .text', /^12$/);
    return String((await listsOf(visitor))[1]);
  });
  await witness.see('errors that the pages did not catch', () => {
    assert.deepEqual([...visitor.errors, ...other.errors], []);
    return 'none';
  });
}

/** Pictures of the page in build/. */
export async function takeReplicationPictures(witness, visitor) {
  await visitor.turnHere();
  await visitor.reads('#badge', ALL_SAFE);
  await takePictures(witness, visitor, 'replication');
}

/** To be called when the servers have stopped. */
export async function seeReplicationOffline(witness, visitor) {
  await witness.see('reloaded without servers', async () => {
    await visitor.turnHere();
    await visitor.reload();
    await visitor.reads('[data-device=A] [data-id=tea] .text', /^green$/);
    assert.equal(visitor.fromServer, 0, `${visitor.fromServer} files came from a server`);
    return visitor.reads('[data-device=A] [data-kind=s3] .badge', /^offline$/);
  });
}
