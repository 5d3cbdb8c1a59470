/** Addresses of a proxy's clients that are looked at, from its own on. */
const LONGEST_WAY = 16;

/** The address, one of IPv4 in its usual form. @param {string} text */
const plain = (text) => text.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();

/**
 * Who counts as one client: an address of IPv4, or the 64 bits of one of IPv6 that a household or a rented machine has to
 * itself.
 *
 * @param {string} address
 * @returns {string}
 */
export function clientOf(address) {
  const text = plain(address);
  if (!text.includes(':')) return text;
  const [left, right] = text.replace(/%.*$/, '').split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right ? right.split(':') : [];
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array(zeros).fill('0'), ...after].slice(0, 4);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/**
 * The address of who sent a request: the last one on its way that is not of a proxy of ours.
 *
 * @param {string | undefined} remote address at the other end of the connection
 * @param {string | undefined} forwarded the header X-Forwarded-For, believed only as far as proxies of ours wrote it
 * @param {Set<string>} proxies their addresses
 * @returns {string | null}
 */
export function addressOf(remote, forwarded, proxies) {
  if (remote === undefined) return null;
  const own = plain(remote);
  if (!proxies.has(own) || forwarded === undefined) return own;
  const way = forwarded.split(',').slice(-LONGEST_WAY).reverse();
  for (const text of way) {
    const address = plain(text.trim());
    if (!/^[\da-f.:]{2,45}$/.test(address)) return own;
    if (!proxies.has(address)) return address;
  }
  return own;
}
