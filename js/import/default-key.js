/**
 * The key of an entry of the package's key bag, whichever of its shapes it has (format page 0.24, section 4.4): the one by
 * which it would seal.
 *
 * @param {any} entry
 * @returns {string | null} base58
 */
export function defaultKey(entry) {
  const { key, keys } = entry?.item ?? entry ?? {};
  const all = Object.values(keys ?? {});
  return (all.find((each) => each.default) ?? all[0])?.key ?? key ?? null;
}
