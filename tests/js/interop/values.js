import { expectationOf } from './fixtures.js';

/** Documents of the package with every value that a format has, and with ids that are hard on its shards. */
const SOURCES = {
  0.24: ['0.24/g-types', '0.24/i-keys-puts'],
  0.14: ['0.14/g-types', '0.14/i-long-keys'],
};

const LINKS = {
  _id: 'links',
  link: { '/': 'bafyreidnvv4mwvweup5w52ddre2sl4syhvczm6ejqsmuekajowdl2cf2q4' },
  list: [{ '/': 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku' }],
};

/** @param {'0.24' | '0.14'} format @returns {object[]} tagged documents */
export function valueDocuments(format) {
  const fixtures = SOURCES[format].flatMap((name) => expectationOf(name).docs);
  return [...fixtures, LINKS];
}
