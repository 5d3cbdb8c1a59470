// The #include lines of C++ sources.

/**
 * @param {string} text of a source file
 * @returns {{ name: string, line: number, quoted: boolean }[]} quoted: `"name"`, else `<name>`
 */
export function includesOf(text) {
  return text.split('\n').flatMap((content, index) => {
    const match = /^\s*#\s*include\s*(["<])([^">]+)[">]/.exec(content);
    return match ? [{ name: match[2], line: index + 1, quoted: match[1] === '"' }] : [];
  });
}
