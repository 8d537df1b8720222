import eslint from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

/** Time, disk and chance are injected (`Clock`, `Disk`, `Random` of `base`); nobody else may reach for them. */
const timeAndChance = [
  { object: 'Date', property: 'now', message: 'Ask the injected Clock.' },
  { object: 'Math', property: 'random', message: 'Ask the injected Random.' },
  { object: 'performance', property: 'now', message: 'Ask the injected Clock.' }
]
const timers = ['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
  name,
  message: 'Ask the injected Clock.'
}))
const fsModules = ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map((name) => ({
  name,
  message: 'Ask the injected Disk.'
}))

const nodeGlobals = [
  'require',
  'process',
  'console',
  'URL',
  'setTimeout',
  'clearTimeout',
  'Buffer',
  'fetch'
]

export default tseslint.config(
  {
    ignores: [
      'out',
      'dist',
      'coverage',
      '.cache',
      'test-results',
      'playwright-report',
      'tests/compat/java'
    ]
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: ['./tsconfig.node.json', './tsconfig.web.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue']
      }
    }
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/no-bare-strings-in-template': 'error',
      'vue/no-v-html': 'error',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }]
    }
  },
  {
    files: ['**/*.ts', '**/*.vue'],
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true }
      ],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'No default exports: a name is found by search.'
        }
      ]
    }
  },
  {
    files: ['src/main/**/*.ts'],
    ignores: ['src/main/base/**', '**/*.test.ts', '**/*.contract.ts'],
    rules: {
      'no-restricted-properties': ['error', ...timeAndChance],
      'no-restricted-globals': ['error', ...timers],
      'no-restricted-imports': ['error', { paths: fsModules }]
    }
  },
  {
    files: ['src/main/base/log.ts', 'scripts/**', 'bench/**', 'e2e/screenshots.ts'],
    rules: { 'no-console': 'off' }
  },
  {
    files: ['*.config.ts', '**/vitest.config.ts', 'src/renderer/src/**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' }
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) }
  },
  prettier
)
