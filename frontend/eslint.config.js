import js from '@eslint/js';
import query from '@tanstack/eslint-plugin-query';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import reactRefresh from 'eslint-plugin-react-refresh';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Areas stand side by side: what one asks of the API any may use, and pages bring their components together. */
const AREAS = [
  'account',
  'analytics',
  'backtests',
  'bots',
  'dashboard',
  'decisions',
  'halts',
  'help',
  'positions',
  'symbols',
  'trades',
];
/** The components of one area that are part of another's. */
const MAY_SHOW = { bots: ['halts'], decisions: ['trades'] };

const areaRules = AREAS.map((area) => ({
  files: [`src/features/${area}/{api,components}/**`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: AREAS.filter((other) => other !== area && !MAY_SHOW[area]?.includes(other)).map(
          (other) => ({
            group: [`@/features/${other}/components/**`, `@/features/${other}/pages/**`],
            message: `${area} does not show components of ${other}; compose them in a page, or name it in MAY_SHOW.`,
          }),
        ),
      },
    ],
  },
}));

export default tseslint.config(
  {
    ignores: [
      'dist',
      'bench',
      'public',
      'coverage',
      'e2e/*.mjs',
      'src/types/api*.d.ts',
      '*.config.*',
      '*.mjs',
      'vite.*.ts',
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  jsxA11y.flatConfigs.recommended,
  reactHooks.configs.flat['recommended-latest'] ?? reactHooks.configs.flat.recommended,
  reactRefresh.configs.vite,
  query.configs['flat/recommended'],
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-console': 'error',
      // On dialogs and the login form the focus is placed on purpose.
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/lib/format.ts', 'src/components/charts/shownTime.ts'],
    rules: {
      'no-restricted-globals': ['error', { name: 'Intl', message: 'Formats live in lib/format.ts.' }],
      'no-restricted-properties': [
        'error',
        ...['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].map((property) => ({
          property,
          message: 'Formats live in lib/format.ts.',
        })),
      ],
    },
  },
  {
    files: ['src/services/**', 'src/lib/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@/components/**', '@/features/*/components/**', '@/features/*/pages/**', '@/app/**'],
              message: 'Services know no components.',
            },
          ],
        },
      ],
    },
  },
  ...areaRules,
  // Routers and stores export more than components, and none of it is edited hot.
  { files: ['src/app/**', 'src/test/**'], rules: { 'react-refresh/only-export-components': 'off' } },
  prettier,
);
