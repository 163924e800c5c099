import nx from '@nx/eslint-plugin'
import jsdoc from 'eslint-plugin-jsdoc'
import * as jsonc from 'jsonc-eslint-parser'
import tseslint from 'typescript-eslint'

// Arrows point down only (docs/architecture.md): what a layer may import, of ours and of others.
const layers = {
  leaf: { ours: [], external: ['re2js', 'zod', 'node:*'] },
  waist: { ours: ['waist'], external: ['hyparquet*', 'node:*'] },
  step: { ours: ['waist'], external: ['fzstd', 'tinyglobby', 'zod', 'node:*'] },
  builder: { ours: ['waist'], external: ['re2js', 'zod', 'node:*'] },
  engine: { ours: ['leaf', 'waist'], external: ['onnxruntime-*', '@tensorflow/*', 'zod', 'node:*'] },
  detector: { ours: ['leaf', 'engine', 'builder', 'waist', 'detector'], external: ['zod', 'node:*'] },
  report: { ours: ['waist'], external: ['esbuild', 'uplot', 'uplot/*', 'node:*'] },
  pipeline: {
    ours: ['leaf', 'waist', 'step', 'builder', 'engine', 'detector', 'report'],
    external: ['zod', 'node:*'],
  },
  service: {
    ours: ['leaf', 'waist', 'report', 'pipeline'],
    external: ['esbuild', 'fastify', 'redis', 'tinyglobby', 'zod', 'node:*'],
  },
  app: {
    ours: ['leaf', 'waist', 'step', 'builder', 'engine', 'detector', 'report', 'pipeline', 'service'],
    external: ['yargs', 'yargs/*', 'cli-progress', 'bullmq', 'redis', 's3mini', 'yaml', 'zod', 'node:*'],
  },
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/out-tsc/**', '**/node_modules/**', '.nx/**', 'results/**', '**/coverage/**'] },
  ...tseslint.configs.recommended,
  { plugins: { '@nx': nx, jsdoc } },
  {
    files: ['**/*.ts'],
    rules: {
      'func-style': ['error', 'declaration', { allowArrowFunctions: false }],
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          banTransitiveDependencies: true,
          enforceBuildableLibDependency: false,
          depConstraints: Object.entries(layers).map(([layer, { ours, external }]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: ours.map((name) => `layer:${name}`),
            allowedExternalImports: external,
          })),
        },
      ],
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: { ancestorsOnly: true },
          contexts: [
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
            'ExportNamedDeclaration > VariableDeclaration',
          ],
          require: { FunctionDeclaration: true, ClassDeclaration: true, MethodDefinition: true },
          checkConstructors: false,
        },
      ],
      'jsdoc/require-description': ['error', { contexts: ['any'] }],
    },
  },
  {
    // A library neither reads the clock nor rolls dice nor talks: the same input and seed give the same bytes.
    files: ['packages/*/src/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'globalThis', 'performance'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'take a seed' },
        { object: 'Date', property: 'now', message: 'take the time from the log' },
      ],
      'no-restricted-imports': ['error', { paths: ['process', 'node:process', 'console', 'node:console'] }],
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='Date']", message: 'take the time from the log' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'take the time from the log' },
        { selector: 'ExportAllDeclaration', message: 'name what is exported' },
        {
          selector: "Program > VariableDeclaration[kind='let']",
          message: 'modules have no state (and see tsup.config.ts)',
        },
      ],
    },
  },
  {
    // The script of a page runs in the browser of a reader, who has a clock; and it is a program, which has a state.
    files: ['packages/*/src/**/page/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['packages/*/package.json', 'apps/*/package.json'],
    languageOptions: { parser: jsonc },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          ignoredFiles: ['{projectRoot}/*.config.*', '{projectRoot}/test/**/*', '{projectRoot}/bench/**/*'],
          // What the page of a report is made with stands in the build as text; nobody needs to install it.
          ignoredDependencies: ['esbuild', 'uplot'],
        },
      ],
    },
  },
)
