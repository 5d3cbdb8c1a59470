/**
 * A stream with the same bytes, that tells how many have passed and how it ended, and that fails when none
 * come for too long, or too few.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {object} watch
 * @param {(bytes: number) => void} watch.onBytes
 * @param {(isWhole: boolean) => void} [watch.onEnd] once; false: it failed, or its reader went away
 * @param {number} [watch.stall] milliseconds that may be waited for a byte, and that all waiting together may take longer
 *   than the bytes that came would have at the least speed
 * @param {number} [watch.slowest] the least speed in bytes a second; default: any
 * @returns {ReadableStream<Uint8Array>}
 */
export function watched(stream, { onBytes, onEnd = () => {}, stall, slowest = 0 }) {
  const reader = stream.getReader();
  let hasEnded = false;
  const end = (isWhole) => {
    if (!hasEnded) onEnd(isWhole);
    hasEnded = true;
  };
  // Only waiting costs patience; bytes bring it back.
  let patience = stall;
  const wait = async () => {
    const start = performance.now();
    const part = await withinTime(reader.read(), patience);
    if (stall === undefined || part.done || part.value.length === 0) return part;
    const waited = performance.now() - start;
    patience = Math.min(stall, patience - waited + (part.value.length * 1000) / slowest);
    return part;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await wait();
          if (done) {
            end(true);
            controller.close();
            return;
          }
          onBytes(value.length);
          controller.enqueue(value);
        } catch (error) {
          end(false);
          controller.error(error);
          reader.cancel(error).catch(() => {});
        }
      },
      cancel(reason) {
        end(false);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** @template T @param {Promise<T>} promise @param {number} [milliseconds] @returns {Promise<T>} */
function withinTime(promise, milliseconds) {
  if (milliseconds === undefined) return promise;
  let timer;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new Error('no byte for too long, or too few'));
    timer = setTimeout(fail, Math.max(0, milliseconds));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
