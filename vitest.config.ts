import { configDefaults, defineConfig } from 'vitest/config'

// `source` finds the TypeScript of workspace packages, as at run time; the others are Vite's own for servers.
const conditions = ['source', 'module', 'node', 'development|production']

/** Whatever stands over a database is tested on each engine. */
const OVER_A_DATABASE = [
  'server/src/{domain,engine,http,notices,proofs,storage}/**/*.test.ts',
  'server/src/postgres*.test.ts',
]
const ONLY_SQLITE = ['**/sqlite*.test.ts']
const ONLY_POSTGRES = ['**/{postgres,claim}*.test.ts']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node', 'module-sync'] } },
  test: {
    pool: 'forks',
    // What a test imports past Vite, and every worker it starts, resolves the same way.
    execArgv: ['--conditions=source'],
    // One more than the two cores this is made for: many tests wait for a server, a disk or a time limit.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Loading what a file tests takes longer than many files' tests.
    isolate: false,
    // Projects run in the order of their names: the longest files first, so that none is left to run alone at the end.
    projects: [
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/screens-setup.ts'],
          setupFiles: ['e2e/every-file.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: OVER_A_DATABASE,
          exclude: [...configDefaults.exclude, ...ONLY_SQLITE],
          globalSetup: ['server/src/testing/postgres-setup.ts'],
          provide: { engine: 'postgres' },
        },
      },
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: OVER_A_DATABASE,
          exclude: [...configDefaults.exclude, ...ONLY_POSTGRES],
          provide: { engine: 'sqlite' },
        },
      },
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{core,sdk,server,dashboard,scripts,bench}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...OVER_A_DATABASE],
        },
      },
    ],
  },
})
