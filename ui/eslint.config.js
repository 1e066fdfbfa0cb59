import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only src/lib/host may know Tauri: go through Host.',
};

/**
 * The tiers, from the bottom up: shared components know only each other; controllers know no component;
 * domain components and routes reach the outside only through controllers.
 *
 * @param {string[]} files
 * @param {{ group: string[], message: string }[]} patterns
 * @param {string[]} [ignores]
 */
const tier = (files, patterns, ignores = []) => ({
  files,
  ignores: ['src/lib/host/**', ...ignores],
  rules: { 'no-restricted-imports': ['error', { patterns: [tauri, ...patterns] }] },
});

export default ts.config(
  {
    ignores: [
      'build/',
      '.svelte-kit/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
      'src/lib/api/',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      // Bookkeeping that nothing on screen reads is a plain Map or Set on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-navigation-without-resolve': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  tier(['src/**'], []),
  tier(
    ['src/lib/components/shared/**'],
    [
      {
        group: [
          '$lib/*',
          '!$lib/components/',
          '$lib/components/*',
          '!$lib/components/shared/**',
          '$app/*',
          '../*',
        ],
        message: 'Shared components know only each other: pass words and data in.',
      },
    ],
  ),
  tier(
    ['src/lib/components/**'],
    [{ group: ['$lib/host', '$lib/host/*'], message: 'Components speak to controllers, not to the host.' }],
    ['src/lib/components/shared/**'],
  ),
  tier(
    ['src/lib/{state,client,errors,i18n}/**'],
    [{ group: ['$lib/components/*', '**/components/**'], message: 'Controllers know no component.' }],
  ),
  tier(
    ['src/routes/**'],
    [
      {
        group: ['$lib/client/*', '!$lib/client/wire'],
        message: 'Routes compose: calls belong to controllers.',
      },
    ],
  ),
  { files: ['tests/**', '*.config.*'], rules: { 'no-console': 'off' } },
);
