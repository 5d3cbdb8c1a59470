// Medians of runs, as text.

/** @param {(number | null)[]} values; null: it failed @returns {{ median: number, min: number, max: number } | null} */
export function summary(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** A median and, of several runs, the extremes; `–` if there is none. @param {(value: number) => string} text */
export function spread(values, text) {
  const found = summary(values);
  if (!found) return '–';
  const { median, min, max } = found;
  return values.length === 1 ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

export const milliseconds = (value) =>
  value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;

export const megabytes = (value) => `${(value / 1e6).toFixed(1)} MB`;

export const kilobytes = (value) =>
  value < 1e6 ? `${Math.round(value / 1000)} kB` : megabytes(value);

export const times = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ×`;

/** A Markdown table with columns of equal width, as Prettier lays them out. @param {string[][]} rows head first */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
