/**
 * A stream with the same bytes, that tells how many have passed and how it ended, and that fails when none
 * come for too long.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {object} watch
 * @param {(bytes: number) => void} watch.onBytes
 * @param {(isWhole: boolean) => void} [watch.onEnd] once; false: it failed, or its reader went away
 * @param {number} [watch.stall] milliseconds
 * @returns {ReadableStream<Uint8Array>}
 */
export function watched(stream, { onBytes, onEnd = () => {}, stall }) {
  const reader = stream.getReader();
  let hasEnded = false;
  const end = (isWhole) => {
    if (!hasEnded) onEnd(isWhole);
    hasEnded = true;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await withinTime(reader.read(), stall);
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
    timer = setTimeout(() => reject(new Error('no byte for too long')), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
