/**
 * A process with a daemon, to be ended. Started as
 *   node daemons-child.js DIR PORT     the daemon holds a connection to the port as long as it lives
 * It fails when it is sent anything.
 */
import { Daemons } from './daemons.js';

const [dir, port] = process.argv.slice(2);
new Daemons(dir, ['-e']).start(process.execPath, [`require('node:net').connect(${Number(port)})`]);
process.stdin.once('data', () => {
  throw new Error('as told');
});
