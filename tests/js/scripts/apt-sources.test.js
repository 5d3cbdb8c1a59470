// How set-up finds source packages: from the machine's own lists, in both of apt's forms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ofRelease,
  parseDeb822,
  parseOneLineList,
  sourcePackageList,
} from '../../../scripts/setup/apt-sources.mjs';

const deb822 = `# installed by hand
Types: deb
# a snapshot
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main contrib

Enabled: no
Types: deb
URIs: http://off.invalid
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.invalid
Suites: bookworm
Components: main
`;

test('a deb822 list keeps place, suites and key; disabled and source stanzas are left out', () => {
  assert.equal(
    sourcePackageList(parseDeb822(deb822)),
    `Types: deb-src
URIs: http://mirror.invalid/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main contrib
`,
  );
});

test('a key inside a deb822 stanza is kept whole', () => {
  const text = 'Types: deb\nURIs: http://a.invalid\nSuites: s\nSigned-By:\n -----BEGIN\n .\n xyz\n';
  const [source] = parseDeb822(text);
  assert.equal(source.options.get('Signed-By'), '\n -----BEGIN\n .\n xyz');
});

test('a one-line list keeps what decides about trust and drops the rest', () => {
  const text = `
deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] http://mirror.invalid/debian bookworm main # comment
# deb http://off.invalid bookworm main
deb-src http://sources.invalid bookworm main
deb http://plain.invalid/debian bookworm main
`;
  assert.equal(
    sourcePackageList(parseOneLineList(text)),
    `Types: deb-src
URIs: http://mirror.invalid/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/a.gpg

Types: deb-src
URIs: http://plain.invalid/debian
Suites: bookworm
Components: main
`,
  );
});

test('only the suites of the release are asked, or all where none has its name', () => {
  const sources = [
    ...parseOneLineList('deb http://a.invalid bookworm main\ndeb http://b.invalid stable main\n'),
  ];
  assert.deepEqual(
    ofRelease(sources, 'bookworm').map(({ uris }) => uris[0]),
    ['http://a.invalid'],
  );
  assert.equal(ofRelease(sources, 'sid').length, 2);
});
