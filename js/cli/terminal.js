/**
 * What is under way, on one line of a terminal; nothing where standard error is none.
 *
 * @returns {{ show: (text: string) => void, clear: () => void }}
 */
export function progressLine() {
  const stream = process.stderr;
  let shown = false;
  const write = (text) => stream.write(`\r\x1b[K${text}`);
  return {
    show(text) {
      if (!stream.isTTY) return;
      write(text);
      shown = true;
    },
    clear() {
      if (shown) write('');
      shown = false;
    },
  };
}

/** @param {number} bytes */
export function inBytes(bytes) {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
