// What the project needs from the machine, by group. A need is met when its files are there,
// whoever installed them; the Debian package is what set-up installs, or tells the user to install,
// otherwise.

const command = (...names) => ({ kind: 'command', names });
const header = (...names) => ({ kind: 'header', names });

/**
 * @typedef {object} Need
 * @property {string} package Debian package
 * @property {{ kind: 'command' | 'header', names: string[] }} files any one of the names is enough
 * @property {boolean} [optional] installed where possible, not missed elsewhere
 */

/** @type {Record<string, { seconds: number, needs: Need[] }>} seconds: to install all of it */
export const groups = {
  build: {
    seconds: 90,
    needs: [
      { package: 'cmake', files: command('cmake') },
      { package: 'ninja-build', files: command('ninja') },
      { package: 'g++', files: command('g++', 'clang++') },
      { package: 'emscripten', files: command('emcc') },
      { package: 'rapidjson-dev', files: header('rapidjson/reader.h') },
      { package: 'libexpected-dev', files: header('tl/expected.hpp') },
      { package: 'libsodium-dev', files: header('sodium.h') },
      { package: 'libbearssl-dev', files: header('bearssl.h') },
      { package: 'catch2', files: header('catch2/catch.hpp', 'catch2/catch_all.hpp') },
      { package: 'xz-utils', files: command('xz') },
      { package: 'ccache', files: command('ccache'), optional: true },
    ],
  },
  lint: {
    seconds: 25,
    needs: [
      { package: 'clang-format', files: command('clang-format') },
      { package: 'clang-tidy', files: command('clang-tidy') },
    ],
  },
  browsers: {
    seconds: 120,
    needs: [
      { package: 'chromium', files: command('chromium', 'chromium-browser', 'google-chrome') },
      { package: 'firefox-esr', files: command('firefox-esr', 'firefox') },
      { package: 'webkit2gtk-driver', files: command('WebKitWebDriver') },
      { package: 'xvfb', files: command('Xvfb') },
    ],
  },
  s3: {
    seconds: 130,
    needs: [
      { package: 'radosgw', files: command('radosgw') },
      { package: 'ceph-mon', files: command('ceph-mon') },
      { package: 'ceph-osd', files: command('ceph-osd') },
      { package: 'ceph-common', files: command('ceph') },
    ],
  },
  static: {
    seconds: 5,
    needs: [{ package: 'nginx-light', files: command('nginx', '../sbin/nginx') }],
  },
  // Web servers of others that objects are kept at.
  servers: {
    seconds: 15,
    needs: [
      { package: 'nginx-light', files: command('nginx', '../sbin/nginx') },
      { package: 'apache2-bin', files: command('apache2') },
    ],
  },
  // Only npm packages: peer-packages.mjs, ipfs-packages.mjs.
  peers: { seconds: 0, needs: [] },
  ipfs: { seconds: 60, needs: [] },
};
