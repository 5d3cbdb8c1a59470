// Reads apt's lists of package sources, in both of their forms, and writes the list that fetches
// source packages of the same suite from the same place. The machine's own lists are only read.

/**
 * @typedef {object} Source
 * @property {string[]} uris
 * @property {string[]} suites
 * @property {string[]} components
 * @property {Map<string, string>} options deb822 fields that decide what is trusted, e.g. Signed-By
 */

// The options that say whether an answer is trusted; others (architectures, languages) do not
// matter here.
const keptOptions = ['Signed-By', 'Trusted', 'Check-Valid-Until', 'Allow-Insecure'];

const words = (text) => (text ?? '').split(/\s+/).filter(Boolean);

/**
 * The binary package sources of a `.list` file: `deb [signed-by=… arch=…] uri suite component…`,
 * one a line.
 * @param {string} text
 * @returns {Source[]}
 */
export function parseOneLineList(text) {
  const sources = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?([^#]+)/.exec(line);
    if (!match) continue;
    const [uri, suite, ...components] = words(match[2]);
    const options = new Map();
    for (const option of words(match[1])) {
      const [name, ...value] = option.split('=');
      const kept = keptOptions.find((each) => each.toLowerCase() === name.toLowerCase());
      if (kept) options.set(kept, value.join('='));
    }
    sources.push({ uris: [uri], suites: [suite], components, options });
  }
  return sources;
}

/**
 * The enabled binary package sources of a deb822 `.sources` file: stanzas of `Field: value`,
 * continued on lines that start with a blank. A Signed-By may hold a whole key that way.
 * @param {string} text
 * @returns {Source[]}
 */
export function parseDeb822(text) {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments
    .split(/\n\s*\n/)
    .map(parseStanza)
    .filter(
      (fields) => words(fields.get('types')).includes('deb') && fields.get('enabled') !== 'no',
    )
    .map((fields) => ({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      options: new Map(
        keptOptions
          .filter((name) => fields.has(name.toLowerCase()))
          .map((name) => [name, fields.get(name.toLowerCase())]),
      ),
    }));
}

function parseStanza(text) {
  const fields = new Map();
  let name = null;
  for (const line of text.split('\n')) {
    const start = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line);
    if (start) {
      name = start[1].toLowerCase();
      fields.set(name, start[2].trim());
    } else if (name && line.trim()) {
      fields.set(name, `${fields.get(name)}\n ${line.trim()}`);
    }
  }
  return fields;
}

/**
 * Narrows sources to the suites of the release itself and its updates, so that repositories of
 * third parties, which seldom have source packages, are not asked. Without a match (a machine that
 * follows `stable`) all are kept.
 * @param {Source[]} sources
 * @param {string | undefined} codename VERSION_CODENAME of /etc/os-release
 */
export function ofRelease(sources, codename) {
  const wanted = [codename, `${codename}-updates`, `${codename}-security`];
  const matching = sources
    .map((source) => ({
      ...source,
      suites: source.suites.filter((suite) => wanted.includes(suite)),
    }))
    .filter((source) => source.suites.length > 0);
  return matching.length > 0 ? matching : sources;
}

/** A deb822 list of the same sources for source packages. */
export function sourcePackageList(sources) {
  return sources
    .map(({ uris, suites, components, options }) =>
      [
        'Types: deb-src',
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
        ...[...options].map(([name, value]) => `${name}: ${value}`),
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}
