import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { createDeployment, type Deployment } from './deployment.ts'

export const KEYS_PER_ORGANIZATION = 1_000
const CACHE_KIB = 1_000_000

export interface CrowdedDeployment extends Deployment {
  /** One of the organizations; all of them are alike. */
  organizationId: string
}

/**
 * A deployment of `organizations` times a thousand keys, each with a secret: rows of a key issued the ordinary way,
 * copied by the database itself with names, times and uses of their own. Nobody has their secrets; those of `known`
 * keys more, of an organization apart, are in the deployment.
 */
export async function createCrowd(organizations: number, known: number): Promise<CrowdedDeployment> {
  const deployment = await createDeployment(known)
  const database = new Sqlite(join(deployment.dataDir, 'claviger.db'))
  const [model] = database
    .prepare(`select id, organization_id from keys where catalogue = 'product' limit 1`)
    .all() as {
    id: string
    organization_id: string
  }[]
  if (!model) throw new Error('There is no key to copy.')
  database.pragma('foreign_keys = OFF')
  // Nobody needs it after a power cut, and the index of random digests is slow to fill where it does not fit.
  database.pragma('synchronous = OFF')
  database.pragma(`cache_size = -${CACHE_KIB}`)
  database.transaction(() => {
    copyRows(database, 'organizations', organizations, ['id', model.organization_id], {
      id: `printf('org_bench%06d', n)`,
    })
    copyRows(database, 'keys', organizations * KEYS_PER_ORGANIZATION, ['id', model.id], {
      id: `printf('key_bench%09d', n)`,
      organization_id: `printf('org_bench%06d', n % ${organizations})`,
      name: `printf('%s %d', case n % 3 when 0 then 'runner' when 1 then 'backup' else 'notebook' end, n / ${organizations})`,
      prefix: `printf('acme_live_%08x', n)`,
      created_at: 'created_at + n',
      revoked_at: 'case when n % 5 = 0 then created_at + n end',
      expires_at: 'case when n % 7 = 0 then created_at + 86400000 + n end',
    })
    copyRows(database, 'key_uses', organizations * KEYS_PER_ORGANIZATION, ['key_id', model.id], {
      key_id: `printf('key_bench%09d', n)`,
      last_used_at: `case when n % 2 then ${Date.now()} + n end`,
    })
    copyRows(database, 'secrets', organizations * KEYS_PER_ORGANIZATION, ['key_id', model.id], {
      digest: 'randomblob(32)',
      key_id: `printf('key_bench%09d', n)`,
    })
  })()
  database.exec('analyze')
  database.close()
  return { ...deployment, organizationId: 'org_bench000000' }
}

/** @param values an SQL expression for each column that is not copied; `n` counts the copies. */
function copyRows(
  database: Sqlite.Database,
  table: string,
  copies: number,
  [by, model]: readonly [column: string, value: string],
  values: Readonly<Record<string, string>>,
): void {
  const kept = (database.pragma(`table_info(${table})`) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !(name in values))
  database
    .prepare(
      `with recursive copies(n) as (select 0 union all select n + 1 from copies where n + 1 < ${copies})
       insert into ${table} (${[...Object.keys(values), ...kept].join(', ')})
       select ${[...Object.values(values), ...kept].join(', ')} from copies, ${table} where ${by} = ?`,
    )
    .run(model)
}
