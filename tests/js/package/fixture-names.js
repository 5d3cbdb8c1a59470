import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The scenarios below tests/fixtures that have an expected.json, as '0.24/d-fork/A'. */
export function fixtureNames() {
  const root = fileURLToPath(new URL('../../fixtures', import.meta.url));
  const files = readdirSync(root, { recursive: true });
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('/expected.json'))
    .map((file) => file.slice(0, -'/expected.json'.length))
    .sort();
}
