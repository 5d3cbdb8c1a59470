// Downloads Debian source packages with a throw-away list and state folder: works without root and
// leaves the machine's own lists alone. apt checks the archive's signature.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../lib/process.mjs';
import { ofRelease, parseDeb822, parseOneLineList, sourcePackageList } from './apt-sources.mjs';

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function machineSources() {
  const folder = '/etc/apt/sources.list.d';
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const read = (ending, parse) =>
    files
      .filter((file) => file.endsWith(ending))
      .flatMap((file) => parse(readFileSync(join(folder, file), 'utf8')));
  return [
    ...parseOneLineList(readIfThere('/etc/apt/sources.list')),
    ...read('.list', parseOneLineList),
    ...read('.sources', parseDeb822),
  ];
}

function releaseCodename() {
  return /^VERSION_CODENAME="?([\w-]+)/m.exec(readIfThere('/etc/os-release'))?.[1];
}

/**
 * @param {string[]} names source packages
 * @param {string} folder receives the archives; apt's state is kept below it meanwhile
 */
export async function downloadSourcePackages(names, folder) {
  const state = join(folder, 'apt-state');
  const list = join(state, 'source-packages.sources');
  for (const part of ['lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(state, part), { recursive: true });
  }
  writeFileSync(list, sourcePackageList(ofRelease(machineSources(), releaseCodename())));
  const options = [
    `Dir::Etc::sourcelist=${list}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(state, 'lists')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    'Acquire::Retries=3',
    'Acquire::Languages=none',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  try {
    await runOrThrow('apt-get', [...options, 'update']);
    await runOrThrow(
      'apt-get',
      [...options, 'source', '--download-only', '--only-source', ...names],
      {
        cwd: folder,
      },
    );
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}
