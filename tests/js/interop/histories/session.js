import { Device } from '../device.js';
import { Peer } from '../peers/peer.js';
import { runHistory } from './run.js';

/** The versions of the real packages that take part, and which of them read at the end. */
const VERSIONS = { 0.24: ['0.24.19', '0.24.19', '0.24.19'], 0.14: ['0.14.2', '0.14.9', '0.14.2'] };

/** Who the three devices are, by the seed: `o` is one of ours, a digit one of the package's. */
const MIXES = ['o01', '0o1', 'oo0', '01o', '0oo'];
const ONLY_THE_PACKAGE = ['012'];

/**
 * Runs the histories of several seeds, one after the other, on the same processes.
 *
 * @param {object} options
 * @param {'0.24' | '0.14'} options.format
 * @param {number} options.from the first seed
 * @param {number} options.count of seeds
 * @param {boolean} [options.withoutUs] the same histories on the package alone: what fails there is its own failure
 * @param {(line: string) => void} options.print told about each history that did not end as it should
 * @returns {Promise<Summary>}
 *
 * @typedef {object} Summary
 * @property {number} agreed histories in which all devices and the judge came to the same
 * @property {string[]} ours what our engine did otherwise than the judge
 * @property {string[]} package what the real package did otherwise, or could not do
 * @property {number} operations of all histories
 */
export async function runHistories({ format, from, count, withoutUs = false, print }) {
  const peers = VERSIONS[format].map((version) => new Peer(version));
  const ours = [0, 1, 2].map(() => new Device(format));
  const peerReaders = [...new Set(VERSIONS[format])].map((version) => new Peer(version));
  const ourReader = new Device(format);
  const mixes = withoutUs ? ONLY_THE_PACKAGE : MIXES;

  const summary = { agreed: 0, ours: [], package: [], operations: 0 };
  try {
    for (let seed = from; seed < from + count; seed++) {
      const mix = mixes[seed % mixes.length];
      const devices = [...mix].map((who, index) => (who === 'o' ? ours[index] : peers[who]));
      const peerReader = peerReaders[seed % peerReaders.length];
      const readers = withoutUs ? [peerReader] : [ourReader, peerReader];
      const { steps, failures } = await runHistory({ seed, format, devices, readers });
      summary.operations += steps;
      if (failures.length === 0) summary.agreed += 1;
      for (const { isOurs, device, step, message } of failures) {
        const line = `seed ${seed}, device ${device}, ${step}: ${message}`;
        (isOurs ? summary.ours : summary.package).push(line);
        print(line);
      }
    }
  } finally {
    await Promise.all([...peers, ...ours, ...peerReaders, ourReader].map((each) => each.stop()));
  }
  return summary;
}
