import { join } from 'node:path'
import { type ApiKeyOptions, apiKey } from '@better-auth/api-key'
import { betterAuth, type SecondaryStorage } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import Sqlite from 'better-sqlite3'
import { countStatements } from '../count-statements.ts'
import type { PeerStart } from './peer-start.ts'

export interface Setting {
  pragmas: readonly string[]
  plugin: ApiKeyOptions
  /** Its secondary storage is this process's memory. */
  remembered: boolean
}

/** Ways to run it, from the one that its documentation shows first to the fastest that it names. */
export const SETTINGS = {
  // The limit of ten a day that a key has by default would refuse the eleventh question.
  default: {
    pragmas: [],
    plugin: { rateLimit: { enabled: true, maxRequests: 1_000_000_000 } },
    remembered: false,
  },
  sqlite: {
    pragmas: ['journal_mode = WAL', 'synchronous = NORMAL'],
    plugin: { rateLimit: { enabled: false }, deferUpdates: true },
    remembered: false,
  },
  memory: {
    pragmas: ['journal_mode = WAL', 'synchronous = NORMAL'],
    plugin: { rateLimit: { enabled: false }, deferUpdates: true, storage: 'secondary-storage' },
    remembered: true,
  },
} as const satisfies Record<string, Setting>

/** The rounds that follow are timed; counting would cost them something. */
/** Its hash of a key is computed on other threads; asked one by one it would wait for them each time. */
const UNDER_WAY = 16

// Issues keys, and for each message verifies them in turn for as many milliseconds as it says.
const [folder = '', setting = '', count = ''] = process.argv.slice(2)
const { pragmas, plugin, remembered } = SETTINGS[setting as keyof typeof SETTINGS]
const database = new Sqlite(join(folder, `${setting}.db`))
for (const pragma of pragmas) database.pragma(pragma)

const options = {
  database,
  secret: 'used by nobody but this benchmark',
  baseURL: 'http://127.0.0.1:1',
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  ...(remembered ? { secondaryStorage: storageInMemory() } : {}),
  plugins: [apiKey(plugin)],
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)
// It is neither the issuing nor the warming up that is measured.
const synchronous = database.pragma('synchronous', { simple: true })
database.pragma('synchronous = OFF')
const keys = await createKeys(Number(count))
const statementsPerVerdict = await warmUp()
database.pragma(`synchronous = ${synchronous}`)
let next = 0

process.on('message', (ms: number) => {
  void usPerVerdict(ms).then((us) => process.send?.(us))
})
process.on('disconnect', () => process.exit())
process.send?.({ statementsPerVerdict } satisfies PeerStart)

async function createKeys(wanted: number): Promise<string[]> {
  const { user } = await auth.api.signUpEmail({
    body: { name: 'bench', email: 'bench@example.com', password: 'of nobody, for nothing' },
  })
  const created: string[] = []
  for (let key = 0; key < wanted; key++) {
    created.push((await auth.api.createApiKey({ body: { userId: user.id, name: 'bench' } })).key)
  }
  return created
}

async function warmUp(): Promise<number> {
  const counter = countStatements()
  for (const key of keys) await verify(key)
  counter.end()
  return counter.count() / keys.length
}

async function usPerVerdict(ms: number): Promise<number> {
  const began = performance.now()
  let verdicts = 0
  const askUntilOver = async () => {
    while (performance.now() - began < ms) {
      await verify(keys[next++ % keys.length] as string)
      verdicts++
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, askUntilOver))
  return ((performance.now() - began) * 1_000) / verdicts
}

async function verify(key: string): Promise<void> {
  const { valid, error } = await auth.api.verifyApiKey({ body: { key } })
  if (!valid) throw new Error(`better-auth refuses a good key: ${JSON.stringify(error)}`)
}

function storageInMemory(): SecondaryStorage {
  const held = new Map<string, string>()
  return {
    get: (key) => held.get(key) ?? null,
    set: (key, value) => void held.set(key, value),
    delete: (key) => void held.delete(key),
  }
}
