// The replicas of the demonstration: databases that the published JavaScript package wrote, from
// tests/fixtures/.
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from '../lib/checkout.mjs';

/**
 * @typedef {object} Replica
 * @property {string} title
 * @property {'0.24' | '0.14'} format
 * @property {string} database its name
 * @property {string} key hex
 * @property {number} cars
 * @property {number} bytes of all its objects
 * @property {{ docs: object[], clock: string[] }} expected what the package itself reports: live
 *   documents, head
 * @property {string} folder of its objects
 */

const fixtures = [
  { title: 'Fireproof 0.24', format: '0.24', scenario: 'e-1000-bulk' },
  { title: 'Fireproof 0.14', format: '0.14', scenario: 'e-1000-docs' },
];

/** @returns {Replica[]} */
export const readReplicas = () =>
  fixtures.map(({ title, format, scenario }) => {
    const fixture = inCheckout('tests', 'fixtures', format, scenario);
    const expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8'));
    const folder = join(fixture, 'remote');
    const objects = readdirSync(folder, { recursive: true })
      .map((path) => ({ path, file: statSync(join(folder, path)) }))
      .filter(({ file }) => file.isFile());
    return {
      title,
      format,
      database: expected.database,
      key: expected.key,
      cars: objects.filter(({ path }) => path.endsWith('.car')).length,
      bytes: objects.reduce((sum, { file }) => sum + file.size, 0),
      expected,
      folder,
    };
  });

/**
 * Lays the objects of replicas into one folder, as a REST server keeps them.
 * @param {Replica[]} replicas
 * @param {string} store
 */
export function copyReplicas(replicas, store) {
  for (const { folder } of replicas) cpSync(folder, store, { recursive: true });
}

/**
 * What the page's buttons fill its form with.
 * @param {Replica[]} replicas
 * @param {string} url where they are served
 */
export const presetsOf = (replicas, url) =>
  replicas.map(({ title, format, database, key, cars, bytes, expected }) => ({
    title,
    format,
    database,
    key,
    url,
    documents: expected.docs.length,
    cars,
    bytes,
  }));
