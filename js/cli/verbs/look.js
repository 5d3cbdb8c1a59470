import { audit } from '../replica/audit.js';
import { withConnector } from '../places/opened.js';
import { progressLine } from '../terminal.js';

/**
 * Audits a place, with progress on a terminal.
 *
 * @param {import('../places/place.js').Place} place
 * @returns {Promise<import('../replica/audit.js').Audit>}
 */
export async function look(place) {
  const line = progressLine();
  const { format, keys } = place;
  const onCar = (done, known) => line.show(`${place.text}: ${done} of ${known} CARs`);
  try {
    return await withConnector(place, (connector) => audit(connector, { format, keys, onCar }));
  } finally {
    line.clear();
  }
}

/** Whether CARs could not be opened for want of a key. @param {import('../replica/audit.js').Audit} audited */
export const isSealed = ({ cars }) => cars.some(({ state }) => state === 'sealed');

/** CARs that are not as they should be. @param {import('../replica/audit.js').Audit} audited */
export const badCars = ({ cars }) =>
  cars.filter(({ state }) => state === 'missing' || state === 'damaged');
