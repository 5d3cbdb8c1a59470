import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['build/', 'dist/', '.deps/', 'tests/fixtures/'] },
  js.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: 'module',
      globals: { ...globals.node },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-implicit-coercion': ['error', { allow: ['!!'] }],
      'no-shadow': 'error',
      'no-unused-vars': ['error', { args: 'after-used', ignoreRestSiblings: true }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Code that runs in pages and workers, or is handed to them.
    files: ['js/**', 'tests/browser/**', 'tests/js/**', 'bench/**', 'web-examples/**'],
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker, __VERSION__: 'readonly' },
    },
  },
  {
    // The package reports by errors and events; only its command line and its default logger print.
    files: ['js/**'],
    ignores: ['js/cli/**', 'js/database/logger.js'],
    rules: { 'no-console': 'error' },
  },
];
