/**
 * What a listing chooses among rows of all documents, deleted ones too, in place of the engine, which lists live ones.
 *
 * @param {{ key: string, value: object }[]} rows in any order
 * @param {{ limit?: number, descending?: boolean, prefix?: string, from?: string, to?: string }} range
 * @returns {{ key: string, value: object }[]} in key order
 */
export function chosenOf(rows, { limit, descending, prefix = '', from = '', to }) {
  const chosen = rows
    .filter(({ key }) => key.startsWith(prefix) && key >= from && (to === undefined || key <= to))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (descending) chosen.reverse();
  return chosen.slice(0, limit);
}
