// What uploads of the REST connector are tried with.
import { restConnector } from '../../../js/connectors/rest.js';
import { carCid } from '../server/replica.js';
import { withRemote } from './small-remote.js';

export const DATABASE = { database: 'a b/ü', format: '0.24' };
export const NAME = 'fp.a%20b%2F%C3%BC';
export const bytes = new TextEncoder().encode('the bytes of a CAR');
export const CID = carCid(bytes);
export const car = { kind: 'data', cid: CID, bytes, ifAbsent: true };
export const meta = (text, condition = 'none', etag = undefined) => ({
  bytes: new TextEncoder().encode(text),
  condition,
  etag,
});

/** A connector to a small remote that does what is right, unless `hook` answers. */
export const withSmall = (hook, work, options) =>
  withRemote(hook, (remote) =>
    work(restConnector({ url: remote.url, ...DATABASE, ...options }), remote),
  );

export const never = () => false;
