import { PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import { type Client, Pool, type PoolClient } from 'pg'
import type { Engine } from './dialect.ts'
import type { PostgresClaim } from './postgres-claim.ts'
import { endsConnection, toFault } from './postgres-faults.ts'
import { connectionSettings, UnusableDatabase, type Use } from './postgres-settings.ts'
import { requireStorable, storableJson } from './storable.ts'

const MAX_CONNECTIONS = 10
const IDLE_CONNECTION_MS = 60_000
const GOODBYE_TIMEOUT_MS = 500

/**
 * Opens a PostgreSQL database. Look-ups and lists share a pool of connections.
 * @param claim on whose session changes are made; null: this process is beside a server and only adds.
 * @throws DatabaseUnavailable, UnusableDatabase.
 */
export async function openPostgres(databaseUrl: string, claim: PostgresClaim | null): Promise<Engine> {
  const pool = openPool(databaseUrl, { name: 'claviger', hurried: true })
  try {
    return {
      dialect: new PostgresDialect({ pool }),
      changes: claim && new PostgresDialect({ pool: claim }),
      migrations: () =>
        new PostgresDialect({ pool: openPool(databaseUrl, { name: 'claviger migrate', hurried: false }) }),
      name: 'postgres',
      schema: await usableSchema(pool),
      columnTypes: {
        text: sql`text collate "C"`,
        integer: sql`bigint`,
        binary: sql`bytea`,
        moment: sql`timestamptz`,
        truth: sql`boolean`,
        inKeyOrder: sql``,
      },
      freeRows: sql`for update skip locked`,
      unsynced: (db, work) =>
        db.transaction().execute(async (transaction) => {
          await sql`set local synchronous_commit = off`.execute(transaction)
          return work(transaction)
        }),
      itemsOf: (items) => sql`jsonb_array_elements(cast(${storableJson(items)} as jsonb)) as given(value)`,
      updateEach: null,
      async close() {
        await pool.end()
        await claim?.end()
      },
    }
  } catch (error) {
    await pool.end()
    throw error
  }
}

function openPool(databaseUrl: string, use: Use): PostgresPool {
  const pool = new Pool({
    ...connectionSettings(databaseUrl, use),
    max: MAX_CONNECTIONS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
  })
  // A connection that breaks tells its user, if it has one; without these listeners it would end the process.
  pool.on('error', () => {})
  const open = new Set<PoolClient>()
  pool.on('connect', (client) => open.add(client.on('error', () => {})))
  pool.on('remove', (client) => open.delete(client))
  return {
    options: {},
    async end() {
      if (pool.ending) return
      // Over a dead network a goodbye is never answered.
      const goodbye = setTimeout(() => {
        for (const client of open) (client as unknown as Client).connection.stream.destroy()
      }, GOODBYE_TIMEOUT_MS)
      await pool.end()
      clearTimeout(goodbye)
    },
    async connect() {
      try {
        return guarded(await pool.connect())
      } catch (error) {
        throw toFault(error)
      }
    },
  }
}

/** Tells outages as such, and gives no connection back to the pool that an outage has left in an unknown state. */
function guarded(client: PoolClient): PostgresPoolClient {
  let broken = false
  return {
    query: (async (text: string, parameters: readonly unknown[]) => {
      requireStorable(parameters)
      try {
        return await client.query(text, [...parameters])
      } catch (error) {
        broken ||= endsConnection(error)
        throw toFault(error)
      }
    }) as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || broken),
  }
}

/** @returns the schema in which tables are made and found. */
async function usableSchema(pool: PostgresPool): Promise<string> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ schema: string | null; encoding: string }>(
      `select current_schema() as schema, current_setting('server_encoding') as encoding`,
      [],
    )
    const { schema = null, encoding = '' } = rows[0] ?? {}
    if (schema === null) throw new UnusableDatabase('the search_path of DATABASE_URL names no schema that exists')
    if (encoding !== 'UTF8') {
      throw new UnusableDatabase(`the database is encoded in ${encoding}; create one with encoding UTF8`)
    }
    return schema
  } finally {
    client.release()
  }
}
