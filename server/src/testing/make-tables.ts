import { migrate } from '../storage/migrate.ts'
import { openPostgres } from '../storage/postgres.ts'

// A program of its own: Vitest sets projects up under other rules of resolution than it runs tests.
const [, , databaseUrl] = process.argv
if (databaseUrl === undefined) throw new TypeError('the URL of an empty database is missing')
const engine = await openPostgres(databaseUrl, null)
await migrate(engine)
await engine.close()
