// How long each suite took on this machine the last time, for the estimate of what is left.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inCheckout } from '../lib/checkout.mjs';

const path = inCheckout('build', 'test-durations.json');

const load = () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});

/** Seconds that a suite probably takes. */
export const expectedSeconds = (suite) => load()[suite.name] ?? suite.seconds;

export function rememberSeconds(suite, seconds) {
  mkdirSync(inCheckout('build'), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...load(), [suite.name]: Math.round(seconds) }));
}
