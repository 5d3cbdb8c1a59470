// Builds with the presets of CMakePresets.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { inCheckout } from './checkout.mjs';
import { runOrThrow } from './process.mjs';
import { step } from './steps.mjs';

/**
 * Configures a preset's build folder, unless that is done. Ninja configures again by itself when a
 * CMake file changes, but does not know the presets: a copy of them tells what a folder was
 * configured with.
 * @param {string} preset
 */
export async function cmakeConfigure(preset) {
  const presets = readFileSync(inCheckout('CMakePresets.json'), 'utf8');
  const copy = inCheckout('build', preset, 'configured-presets.json');
  if (existsSync(copy) && readFileSync(copy, 'utf8') === presets) return;
  await step(`Configuring the ${preset} build`, 4, () => runOrThrow('cmake', ['--preset', preset]));
  writeFileSync(copy, presets);
}

/**
 * @param {string} preset
 * @param {string} target
 * @param {number} seconds what a complete build takes
 */
export async function cmakeBuild(preset, target, seconds) {
  await cmakeConfigure(preset);
  const isFirst = !existsSync(inCheckout('build', preset, '.ninja_log'));
  const args = ['--build', '--preset', preset, '--target', target];
  await step(`Building ${target} (${preset})`, isFirst ? seconds : 0, (progress) =>
    runOrThrow('cmake', args, {
      onLine(line) {
        const match = /^\[(\d+)\/(\d+)\]/.exec(line);
        if (match) progress(match[1] / match[2], `${match[1]} of ${match[2]} steps`);
      },
    }),
  );
}
