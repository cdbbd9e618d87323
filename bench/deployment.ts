import { hash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateToken, newId, type RateLimit } from '@claviger/core'
import Sqlite from 'better-sqlite3'
import { composeCommand } from '../server/src/commands.ts'
import { type Config, readConfig } from '../server/src/config.ts'
import { machineActor } from '../server/src/domain/actor.ts'
import { issueKey } from '../server/src/domain/issue-key.ts'
import { createOrganization } from '../server/src/domain/organizations.ts'
import type { Domain } from '../server/src/domain/ports.ts'
import { temporaryFolder } from './workspace.ts'

/** A data directory with one unbound service key and `secrets` of customers' keys, all alike but for their ids. */
export interface Deployment {
  dataDir: string
  serviceSecret: string
  secrets: string[]
}

/** What every question of the bench asks for; each key holds it. */
export const ASKED_SCOPE = 'records:read'

const actor = machineActor('bench')

export function configOf(dataDir: string): Config {
  return readConfig({ dataDir, port: '0', logLevel: 'warn' }, {})
}

/**
 * Issues one key the way a customer does, and copies it: a hundred thousand keys are there in seconds, and the rows are
 * the same as if each had been issued.
 */
export async function createDeployment(keys: number, rateLimit: RateLimit | null = null): Promise<Deployment> {
  const dataDir = temporaryFolder()
  const { domain, issueServiceKey, close } = await composeCommand(configOf(dataDir))
  const { value: service } = await issueServiceKey({ name: 'bench' })
  const { value: organization } = await createOrganization(domain, actor, { name: 'Bench' })
  const { value: model } = await issueKey(domain, actor, organization.id, {
    name: 'bench',
    environment: 'production',
    scopes: [ASKED_SCOPE, 'files:read'],
    rateLimit,
  })
  const secrets = copyKey(join(dataDir, 'claviger.db'), domain, model.key.id, keys)
  await close()
  const deployment = { dataDir, serviceSecret: service.secret?.reveal() ?? '', secrets }
  writeFileSync(deploymentFile(dataDir), JSON.stringify(deployment), { mode: 0o600 })
  return deployment
}

/** The same, in another process. */
export function readDeployment(dataDir: string): Deployment {
  return JSON.parse(readFileSync(deploymentFile(dataDir), 'utf8'))
}

const deploymentFile = (dataDir: string) => join(dataDir, 'bench.json')

function copyKey(file: string, { serverKey }: Pick<Domain, 'serverKey'>, modelId: string, copies: number): string[] {
  const database = new Sqlite(file)
  database.pragma('synchronous = OFF')
  const copyKeyRow = prepareCopy(database, 'keys', ['id', 'prefix'], 'id')
  const copyUseRow = prepareCopy(database, 'key_uses', ['key_id'], 'key_id')
  const copySecretRow = prepareCopy(database, 'secrets', ['digest', 'key_id', 'prefix'], 'key_id')
  const secrets: string[] = []
  database.transaction(() => {
    for (let copy = 0; copy < copies; copy++) {
      const { prefix, secret } = generateToken('acme_live', randomBytes)
      const id = newId('key', Date.now(), randomBytes)
      copyKeyRow.run(id, prefix, modelId)
      copyUseRow.run(id, modelId)
      copySecretRow.run(serverKey.digest(hash('sha256', secret.reveal(), 'buffer')), id, prefix, modelId)
      secrets.push(secret.reveal())
    }
  })()
  database.close()
  return secrets
}

/** Copies a row with new values for `changed`, which its parameters give in order; last comes what `by` must be. */
function prepareCopy(
  database: Sqlite.Database,
  table: string,
  changed: readonly string[],
  by: string,
): Sqlite.Statement {
  const kept = (database.pragma(`table_info(${table})`) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !changed.includes(name))
  const columns = [...changed, ...kept].join(', ')
  const values = [...changed.map(() => '?'), ...kept].join(', ')
  return database.prepare(`insert into ${table} (${columns}) select ${values} from ${table} where ${by} = ?`)
}
