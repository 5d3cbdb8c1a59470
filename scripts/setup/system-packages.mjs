// Sees to it that the machine has what the groups need: installs it where that is possible,
// otherwise says what to install.
import { install, installCommand, isDebian, isRoot, notInstalled } from './debian.mjs';
import { groups } from './needs.mjs';
import { isMet } from './probe.mjs';

/**
 * @param {string[]} groupNames
 * @throws {Error} with the command line to type, if something that is not optional stays missing
 */
export async function setUpSystemPackages(groupNames) {
  for (const name of groupNames) {
    let missing = groups[name].needs.filter((need) => !isMet(need));
    if (missing.length > 0 && isDebian()) missing = await withoutInstalled(missing);
    if (missing.length > 0 && isDebian() && isRoot()) {
      await install(packagesOf(missing), estimate(name, missing));
      missing = await withoutInstalled(missing.filter((need) => !isMet(need)));
    }
    missing = missing.filter((need) => !need.optional);
    if (missing.length > 0) throw new Error(instructions(name, missing));
  }
}

const packagesOf = (needs) => needs.map((need) => need.package);

const estimate = (name, missing) =>
  (groups[name].seconds * missing.length) / groups[name].needs.length;

// Files can be at places that the probe does not know; the package manager has the last word.
async function withoutInstalled(needs) {
  if (needs.length === 0) return needs;
  const absent = await notInstalled(packagesOf(needs));
  return needs.filter((need) => absent.includes(need.package));
}

function instructions(name, missing) {
  const lines = missing.map(({ package: debianName, files }) => {
    const what = files.kind === 'command' ? 'in PATH' : 'among the C++ headers';
    return `  ${debianName}: ${files.names.join(' or ')} ${what}`;
  });
  return [
    `Missing for the ${name} group:`,
    ...lines,
    isDebian()
      ? 'Without root this has to be installed by you:'
      : 'This is not Debian or Ubuntu; install what has these files. On Debian it would be:',
    `  sudo ${installCommand(packagesOf(missing))}`,
  ].join('\n');
}
