import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { administer } from '../../server/src/testing/administer.ts'
import type { RunningServer } from '../running-server.ts'

const DAY_MS = 86_400_000

/**
 * As if everything that was made and used up to now had been so this many days earlier.
 * @param databaseUrl null: the embedded database in the server's data directory.
 * @returns the same server, started again at the same address.
 */
export async function passDays(
  server: RunningServer,
  databaseUrl: string | null,
  days: number,
): Promise<RunningServer> {
  await server.stop()
  const statements = earlierBy(days)
  if (databaseUrl === null) {
    const database = new DatabaseSync(join(server.dataDir, 'claviger.db'))
    for (const statement of statements) database.exec(statement)
    database.close()
  } else {
    await administer(databaseUrl, ...statements)
  }
  return server.startAgain({ port: server.port })
}

function earlierBy(days: number): string[] {
  const back = (...columns: string[]) => columns.map((column) => `${column} = ${column} - ${days * DAY_MS}`).join(', ')
  return [
    `UPDATE keys SET ${back('created_at', 'updated_at', 'rotated_at')}`,
    `UPDATE key_uses SET ${back('last_used_at')}`,
    `UPDATE secrets SET ${back('created_at', 'last_used_at')}`,
    `UPDATE usage_callers SET ${back('first_seen_at', 'last_seen_at')}, last_seen_day = last_seen_day - ${days}`,
    // In two steps, so that no hour meets one that has not been moved yet.
    'UPDATE usage_hours SET hour = -hour',
    `UPDATE usage_hours SET hour = -hour - ${days * DAY_MS}`,
  ]
}
