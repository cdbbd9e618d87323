import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ASKED_SCOPE } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { type Server, spawnServer } from '../spawned-server.ts'
import { median, ratios } from '../statistics.ts'
import { temporaryFolder } from '../workspace.ts'

const ROUNDS = 7
const CLAVIGER = fileURLToPath(new URL('../../server/bin/claviger.mjs', import.meta.url))
const BARE = "require('node:http').createServer((_, r) => r.end()).listen(process.env.CLAVIGER_PORT, '127.0.0.1')"

/** From starting the process to its first answer, and from the one command to the first verdict. */
export async function measureStart(): Promise<Figure[]> {
  const dataDir = temporaryFolder()
  const times = { claviger: [] as number[], bare: [] as number[], firstVerdict: [] as number[] }
  // The first start makes the database; it is not measured.
  for (let round = -1; round < ROUNDS; round++) {
    const claviger = await readyMs([process.execPath, '--conditions=source', CLAVIGER, 'serve'], dataDir)
    const bare = await readyMs([process.execPath, '--eval', BARE], dataDir)
    if (round < 0) continue
    times.claviger.push(claviger)
    times.bare.push(bare)
    times.firstVerdict.push(await firstVerdictMs())
  }
  return [
    {
      what: 'start to ready, installed',
      against: 'a bare node:http server',
      unit: 'ratio',
      rounds: ratios(times.claviger, times.bare),
      target: null,
      notes: [`${Math.round(median(times.claviger))} ms against ${Math.round(median(times.bare))} ms`],
      limit: '',
    },
    {
      what: '`npm start` to first verdict',
      against: 'a new data directory',
      unit: 'ms',
      rounds: times.firstVerdict,
      target: { atMost: 3_000 },
      notes: ['on the way: install check, start, service key by command line, organization, key, verify'],
      limit: `the server alone takes ${Math.round(median(times.claviger))} ms to be ready`,
    },
  ]
}

async function readyMs(command: readonly string[], dataDir: string): Promise<number> {
  const began = performance.now()
  const server = await spawnServer(command, dataDir)
  await server.ready()
  const ms = performance.now() - began
  await server.end()
  return ms
}

/** The way of somebody who has just installed it, with every command and request that is on it. */
async function firstVerdictMs(): Promise<number> {
  const dataDir = temporaryFolder()
  const began = performance.now()
  const server = await spawnServer(['npm', 'start'], dataDir)
  await server.ready()
  const service = await createServiceKey(dataDir)
  const organization = await post(server, service, '/v1/organizations', { name: 'Bench' })
  const path = `/v1/organizations/${organization.organization.id}/keys`
  const { secret } = await post(server, service, path, { name: 'bench', scopes: [ASKED_SCOPE] })
  const verdict = await post(server, service, '/v1/keys/verify', { key: secret, scopes: [ASKED_SCOPE] })
  const ms = performance.now() - began
  if (verdict.code !== 'VALID') throw new Error(`The first verdict is ${JSON.stringify(verdict)}.`)
  await server.end()
  return ms
}

async function createServiceKey(dataDir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=source',
    CLAVIGER,
    ...['service-key', 'create', '--name', 'bench', '--data-dir', dataDir, '--json'],
  ])
  return JSON.parse(stdout).secret
}

interface Answer {
  organization: { id: string }
  secret: string
  code: string
}

async function post({ address }: Server, secret: string, path: string, body: unknown): Promise<Answer> {
  const response = await fetch(address + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`)
  return response.json() as Promise<Answer>
}
