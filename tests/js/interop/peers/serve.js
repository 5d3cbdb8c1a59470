import { tagged, untagged } from '../tags.js';

/**
 * The child's end of a Peer: answers messages `{ id, method, parameters }` by calling the device, one at a time, with
 * `{ id, result }` or `{ id, error }`. Everything crosses as tagged JSON.
 *
 * @param {Record<string, (parameters: any) => Promise<any>>} device
 * @param {(text: string) => any} linkOf makes what the package takes as a link
 */
export function serve(device, linkOf) {
  /** What the package reported beside its answers, since the last look. */
  let problems = [];
  process.on('unhandledRejection', (error) => problems.push(firstLine(error)));
  process.on('uncaughtException', (error) => problems.push(firstLine(error)));
  process.on('disconnect', () => process.exit());

  let last = Promise.resolve();
  process.on('message', ({ id, method, parameters }) => {
    last = last.then(async () => {
      try {
        const result = await device[method](untagged(parameters, linkOf));
        process.send({ id, result: tagged(result ?? null), problems });
      } catch (error) {
        process.send({ id, error: firstLine(error), problems });
      }
      problems = [];
    });
  });
}

const firstLine = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .slice(0, 300);
