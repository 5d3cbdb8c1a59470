// What one device writes while others write too, from a seed. Runs in pages as well.
import { randomOf } from '../histories/random.js';

const SHARED = 6;

/**
 * Writes for a while, to ids of its own, which nobody else touches, and to ids that all share.
 *
 * @param {object} options
 * @param {number} options.seed
 * @param {string} options.who names the device in ids and documents
 * @param {number} options.milliseconds
 * @param {number} options.writes at most, spread evenly at random; a device that is slow makes fewer
 * @param {number} [options.burst] writes one after the other without a pause
 * @param {(doc: object) => Promise<any>} options.put
 * @param {(id: string) => Promise<any>} options.del
 * @returns {Promise<{ count: number, own: Record<string, object | null>, shared: object[], refused: string[] }>} what must be there at
 *   the end under own ids, null: deleted; what may be there under shared ones; why writes were refused
 */
export async function writeFor({ seed, who, milliseconds, writes, burst = 1, put, del }) {
  const random = randomOf(seed);
  const [own, shared, refused] = [{}, [], []];
  let count = 0;
  const end = performance.now() + milliseconds;
  for (let n = 0; n < writes && performance.now() < end; n++) {
    const isShared = random.chance(0.4);
    const _id = isShared ? `shared-${random.below(SHARED)}` : `${who}-${random.below(writes)}`;
    const doc = random.chance(0.2)
      ? null
      : { _id, by: who, n, text: 'x'.repeat(random.below(300)) };
    try {
      await (doc ? put(doc) : del(_id));
      count += 1;
      if (isShared) shared.push(doc ?? { _id });
      else own[_id] = doc;
    } catch (error) {
      refused.push(`${_id}: ${error.message}`);
    }
    if ((n + 1) % burst !== 0) continue;
    const pause = ((end - performance.now()) / (writes - n)) * burst * (random.below(200) / 100);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause)));
  }
  return { count, own, shared, refused };
}
