/** Options as a text that differs where they do: JSON has neither BigInt nor functions. */
export function textOf(options) {
  return JSON.stringify(options ?? null, (name, value) =>
    typeof value === 'bigint' || typeof value === 'function' ? [String(value)] : value,
  );
}
