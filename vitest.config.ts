import { configDefaults, defineConfig } from 'vitest/config'

// `source` finds the TypeScript of workspace packages, as at run time; the others are Vite's own for servers.
const conditions = ['source', 'module', 'node', 'development|production']

/** Whatever stands over a database is tested on each engine. */
const OVER_A_DATABASE = ['server/src/{domain,engine,http,proofs,storage}/**/*.test.ts', 'server/src/postgres*.test.ts']
const ONLY_SQLITE = ['**/sqlite*.test.ts']
const ONLY_POSTGRES = ['**/{postgres,claim}*.test.ts']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node', 'module-sync'] } },
  test: {
    pool: 'forks',
    // What a test imports past Vite, and every worker it starts, resolves the same way.
    execArgv: ['--conditions=source'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{core,sdk,server,scripts,bench,e2e}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...OVER_A_DATABASE],
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
          name: 'postgres',
          include: OVER_A_DATABASE,
          exclude: [...configDefaults.exclude, ...ONLY_SQLITE],
          globalSetup: ['server/src/testing/postgres-setup.ts'],
          provide: { engine: 'postgres' },
        },
      },
    ],
  },
})
