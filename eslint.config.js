// Rules for the JavaScript of the page, the library, the tools and the tests. Layout is left to the
// author; these rules look for mistakes.
import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['build/', 'dist/', 'examples/*/dist/', '.toolchain/', 'node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-constant-binary-expression': 'error',
      'no-implicit-coercion': ['error', { boolean: false }],
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['web/**', 'bench/browser/**', 'examples/react/*.js'], languageOptions: { globals: { ...globals.browser, ...globals.worker } } },
  { files: ['web/package/node/**'], languageOptions: { globals: globals.node } },
  { files: ['tools/**', 'tests/**', 'bench/**/*.mjs', 'models/**/*.mjs', 'examples/**/*.mjs', '*.config.js'], languageOptions: { globals: globals.node } },
  // Functions handed to page.evaluate run in the browser.
  { files: ['tests/browser/**', 'tests/bench/**', 'tests/compat/**', 'tests/integration/**', 'tests/models/**'], languageOptions: { globals: globals.browser } },
  { files: ['cmake/*.js'], languageOptions: { globals: { Module: 'readonly' } } },
  {
    // Merged into Emscripten's own code, which defines these names.
    files: ['src/bindings/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: {
        ...globals.browser,
        ...globals.worker,
        addToLibrary: 'readonly',
        mergeInto: 'readonly',
        LibraryManager: 'readonly',
        Module: 'readonly',
        HEAPU8: 'readonly',
        HEAPF32: 'readonly',
        HEAP32: 'readonly',
        HEAPU32: 'readonly',
        UTF8ToString: 'readonly',
        stringToUTF8: 'readonly',
        lengthBytesUTF8: 'readonly',
      },
    },
  },
];
