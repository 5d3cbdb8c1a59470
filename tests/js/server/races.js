import assert from 'node:assert/strict';

const META = 'meta/fp.race.0.24/main.json';

/**
 * Many clients write one meta at the same time, under conditions, round after round. Exactly one succeeds in
 * each, and what it wrote is there.
 *
 * @param {string[]} urls of servers in front of the same objects, taken in turn
 * @param {{ clients: number, rounds: number }} size
 */
export async function race(urls, { clients, rounds }) {
  let etag = null;
  for (let round = 0; round < rounds; round++) {
    const headers = etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag };
    const bodies = Array.from({ length: clients }, (_, client) => JSON.stringify([round, client]));
    const answers = await Promise.all(
      bodies.map((body, client) =>
        fetch(urls[client % urls.length] + META, { method: 'PUT', body, headers }),
      ),
    );
    const winners = answers.flatMap(({ ok }, client) => (ok ? [client] : []));
    const statuses = answers.map(({ status }) => status);
    assert.equal(winners.length, 1, `round ${round}: ${statuses}`);
    assert.equal(statuses.filter((status) => status === 412).length, clients - 1, `${statuses}`);
    const found = await fetch(urls[round % urls.length] + META);
    assert.equal(await found.text(), bodies[winners[0]], `round ${round}`);
    assert.equal(found.headers.get('etag'), answers[winners[0]].headers.get('etag'));
    etag = found.headers.get('etag');
  }
}

/**
 * Clients read, add their number and write on the condition that nobody was faster, until each has succeeded.
 * Nothing that was acknowledged is lost.
 *
 * @returns {Promise<{ conflicts: number, numbers: number[] }>} how often clients met, and what is there
 */
export async function count(urls, { clients }) {
  const path = META.replace('race', 'count');
  let conflicts = 0;
  const add = async (client) => {
    const url = urls[client % urls.length] + path;
    for (;;) {
      const found = await fetch(url);
      const isThere = found.status === 200;
      const numbers = isThere ? await found.json() : [];
      const headers = isThere
        ? { 'If-Match': found.headers.get('etag') }
        : { 'If-None-Match': '*' };
      const body = JSON.stringify([...numbers, client]);
      const { status } = await fetch(url, { method: 'PUT', body, headers });
      if (status === 200 || status === 201) return;
      assert.ok(status === 412 || status === 503, `${status}`);
      conflicts += 1;
    }
  };
  const all = Array.from({ length: clients }, (_, client) => client);
  await Promise.all(all.map(add));
  const numbers = await (await fetch(urls[0] + path)).json();
  const distinct = [...new Set(numbers)].sort((left, right) => left - right);
  assert.deepEqual(distinct, all, 'what was acknowledged is there');
  return { conflicts, numbers };
}
