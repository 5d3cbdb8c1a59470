import { bytes, count, counted, duration } from '../shared/quantities.js';

/**
 * The numbers of a state, each with what it means.
 *
 * @param {import('./session.js').State} state
 * @returns {{ name: string, label: string, value: string, note: string }[]} `name` for programs
 */
export function figuresOf({ rows, storedCars, status, clock, times, source }) {
  const { pulled } = status;
  const time = (milliseconds) => (milliseconds === undefined ? '–' : duration(milliseconds));
  return [
    {
      name: 'documents',
      label: 'Documents',
      value: count(rows.length),
      note: `under ${counted(clock.length, 'head')}`,
    },
    { name: 'cars', label: 'CAR files', value: count(storedCars), note: 'kept in IndexedDB' },
    {
      name: 'pulled',
      label: 'Pulled',
      value: bytes(pulled.bytes),
      note: pulled.cars > 0 ? `in ${counted(pulled.cars, 'CAR')}` : 'nothing was missing',
    },
    {
      name: 'first',
      label: 'First documents',
      value: rows.length > 0 ? time(times.firstDocuments) : '–',
      note: source === 'device' ? 'from IndexedDB' : 'from the network',
    },
    {
      name: 'list',
      label: 'allDocs()',
      value: rows.length > 0 ? time(times.allDocs) : '–',
      note: counted(rows.length, 'document'),
    },
    { name: 'opened', label: 'Store opened', value: time(times.opened), note: 'worker and engine' },
  ];
}

/**
 * How far the first pull is.
 *
 * @param {{ cars: number, totalCars: number, bytes: number, totalBytes: number }} progress
 * @returns {{ text: string, fraction: number | null }} null: not known yet, since the newest CAR,
 *   which lists the others, is still on its way
 */
export function progressOf({ cars, totalCars, bytes: received, totalBytes }) {
  // While CARs are waiting to be requested, nothing is known of their sizes.
  const isTotalKnown = totalBytes > received;
  const share = isTotalKnown ? `${bytes(received)} of ${bytes(totalBytes)}` : bytes(received);
  const text = `${cars} of ${counted(totalCars, 'CAR')} · ${share}`;
  if (cars === 0 && totalCars <= 1) return { text, fraction: null };
  const ofCars = cars / totalCars;
  return { text, fraction: isTotalKnown ? (ofCars + received / totalBytes) / 2 : ofCars };
}
