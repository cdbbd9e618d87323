import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import type { Engine } from './dialect.ts'
import * as firstTables from './migrations/0001-first-tables.ts'
import * as usage from './migrations/0002-usage.ts'
import * as auditFilters from './migrations/0003-audit-filters.ts'
import * as people from './migrations/0004-people.ts'
import * as lighterUsage from './migrations/0005-lighter-usage.ts'
import * as scopeUses from './migrations/0006-scope-uses.ts'
import * as keyCounts from './migrations/0007-key-counts.ts'
import * as secretPrefixes from './migrations/0008-secret-prefixes.ts'

const MIGRATION_TABLE = 'kysely_migration'
const MIGRATIONS = {
  '0001-first-tables': firstTables,
  '0002-usage': usage,
  '0003-audit-filters': auditFilters,
  '0004-people': people,
  '0005-lighter-usage': lighterUsage,
  '0006-scope-uses': scopeUses,
  '0007-key-counts': keyCounts,
  '0008-secret-prefixes': secretPrefixes,
}

/** The database was written by a newer version of Claviger. */
export class FutureDatabase extends Error {
  override name = 'FutureDatabase'
}

/**
 * Brings the tables up to this version of Claviger. Data is carried over, never dropped.
 * @returns the names of the migrations that ran now.
 * @throws FutureDatabase, and nothing is touched then.
 */
export async function migrate(engine: Engine): Promise<string[]> {
  await migrationState(engine)
  const db = new Kysely<unknown>({ dialect: engine.migrations?.() ?? engine.dialect })
  try {
    const { error, results } = await migrator(db, engine).migrateToLatest()
    if (error !== undefined) throw error
    return (results ?? []).map(({ migrationName }) => migrationName)
  } finally {
    if (engine.migrations) await db.destroy()
  }
}

/** @returns the migrations that have not run yet, in order. @throws FutureDatabase. */
export async function migrationState(engine: Engine): Promise<{ pending: string[] }> {
  const db = new Kysely<{ kysely_migration: { name: string } }>({ dialect: engine.dialect })
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  // Another program's, in another schema of the same database, may be called the same.
  const done = tables.some(({ name, schema }) => name === MIGRATION_TABLE && (schema ?? null) === engine.schema)
    ? (await db.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name)
    : []
  const unknown = done.filter((name) => !(name in MIGRATIONS))
  if (unknown.length > 0) {
    throw new FutureDatabase(
      `the database was written by a newer version of Claviger (${unknown.join(', ')}); run that version, or restore a backup made before the upgrade`,
    )
  }
  return { pending: Object.keys(MIGRATIONS).filter((name) => !done.includes(name)) }
}

function migrator(db: Kysely<unknown>, { schema, columnTypes }: Engine): Migrator {
  const migrations = Object.entries(MIGRATIONS).map(([name, { up }]) => [
    name,
    { up: (db: Kysely<unknown>) => up(db, columnTypes) },
  ])
  return new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(migrations) },
    ...(schema !== null && { migrationTableSchema: schema }),
  })
}
