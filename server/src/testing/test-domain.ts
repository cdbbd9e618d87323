import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { IpRange, Product, Secret } from '@claviger/core'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { createIdentity } from '../accounts/identity.ts'
import type { ProviderSettings } from '../accounts/provider.ts'
import { type Actor, machineActor } from '../domain/actor.ts'
import { ChangeFeed } from '../domain/change-feed.ts'
import type { Identity } from '../domain/identity.ts'
import type { Clock, Domain, SecretLookup, UsageStore } from '../domain/ports.ts'
import { RunningRequests } from '../domain/running-requests.ts'
import { issueServiceKey } from '../domain/service-keys.ts'
import { createVerifiers } from '../engine/audiences.ts'
import { Limits } from '../engine/limits.ts'
import { LOOKUP_BOUNDS, type LookupBounds, LookupThrottle } from '../engine/lookup-throttle.ts'
import { Memory, type MemoryLimits } from '../engine/memory.ts'
import { SingleProcess } from '../engine/single-process.ts'
import { UsageRecorder } from '../engine/usage-recorder.ts'
import type { Verifier, VerifierParts, VerifierQuestion } from '../engine/verifier.ts'
import { buildApp } from '../http/app.ts'
import type { App } from '../http/type-provider.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { loadProduct } from '../product/load.ts'
import { createDatabase, type OpenDatabase } from '../storage/database.ts'
import { parseServerKey } from '../storage/server-key.ts'
import { openPostgresAlone, openTestEngine } from './test-engine.ts'

/** The real parts of a server over a database of its own, put together for one test and taken apart after it. */

export const PROFILES = fileURLToPath(new URL('../../../profiles', import.meta.url))

export const TEST_URL = 'http://127.0.0.1:4280'
/** Room for rate limits. As much as a server has takes longer to set up than most tests take. */
export const TEST_WINDOWS = 1_000

/** A clock that a test sets. */
export class TestClock implements Clock {
  #now = Date.UTC(2026, 0, 15, 12)

  now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }
}

export interface TestServer {
  domain: Domain
  database: OpenDatabase
  memory: Memory
  usage: UsageRecorder
  clock: TestClock
  identity: Identity
  customers: Verifier
  services: Verifier
  actor: Actor
  throttle: LookupThrottle
  metrics: Metrics
  /** How many look-ups the verifiers have caused. */
  lookups: () => number
  /** What the library that signs people in had to say. */
  complaints: readonly string[]
  /** Uses that were never written, in the order they were given up. */
  losses: readonly number[]
}

export interface TestOptions {
  product?: Product
  memory?: Partial<MemoryLimits>
  bounds?: Partial<LookupBounds>
  publicUrl?: string
  /** Whether links are mailed instead of shown; they are queued, and sent by nobody. */
  mail?: boolean
  trustedProxies?: readonly IpRange[]
  /** A build of the dashboard to serve; left out, there are no screens. */
  dashboardDir?: string
  /** Stands between the verifiers and the database. */
  lookup?: (real: SecretLookup) => SecretLookup
  /** Stands between the usage recorder and the database. */
  usageStore?: (real: UsageStore) => UsageStore
  maxWaitingUses?: number
  /** A PostgreSQL database that the test itself reaches into; left out, one on the engine the tests run on. */
  databaseUrl?: string
  onUsageFailure?: (error: unknown) => void
  /** Where people sign in besides with a password. */
  provider?: ProviderSettings
}

export async function startDomain({
  product,
  memory: limits,
  lookup,
  bounds,
  usageStore,
  maxWaitingUses,
  databaseUrl,
  publicUrl = TEST_URL,
  mail = false,
  provider,
  onUsageFailure = (error) => {
    throw error
  },
}: TestOptions = {}): Promise<TestServer> {
  const database = createDatabase(await (databaseUrl ? openPostgresAlone(databaseUrl) : openTestEngine()))
  const clock = new TestClock()
  const serverKey = parseServerKey(randomBytes(32).toString('hex'), 'test')
  const memory = new Memory(
    { maxSecrets: 1_000, maxAbsent: 1_000, ...limits },
    { version: await database.version(), hasImported: await database.hasImported() },
  )
  const losses: number[] = []
  const usage = new UsageRecorder({
    store: usageStore?.(database) ?? database,
    clock,
    randomBytes,
    onFailure: onUsageFailure,
    onLoss: (uses) => {
      losses.push(uses)
    },
    ...(maxWaitingUses === undefined ? {} : { maxWaiting: maxWaitingUses }),
  })
  const domain: Domain = {
    database,
    clock,
    randomBytes,
    serverKey,
    product: product ?? loadProduct('default', { profilesDir: PROFILES }),
    usage,
    verifiers: new SingleProcess(memory, clock),
    running: new RunningRequests(),
    feed: new ChangeFeed(),
    mail: { enabled: mail },
  }
  let lookups = 0
  const counted: SecretLookup = {
    load: (digests) => {
      lookups++
      return database.load(digests)
    },
  }
  const throttle = new LookupThrottle(clock, { ...LOOKUP_BOUNDS, ...bounds })
  const complaints: string[] = []
  const metrics = createMetrics({
    memory: () => ({ secrets: memory.size, absent: memory.absentSize }),
    usageLagMs: () => (usage.waitingSince === null ? 0 : clock.now() - usage.waitingSince),
    trusted: () => true,
    suspects: () => throttle.size,
    mails: () => ({ waiting: 0, ageMs: 0 }),
  })
  const parts: VerifierParts = {
    memory,
    lookup: lookup?.(counted) ?? counted,
    serverKey,
    clock,
    usage,
    limits: new Limits(database, TEST_WINDOWS),
    throttle,
  }
  onTestFinished(async () => {
    await usage.close()
    await database.close()
  })
  return {
    domain,
    database,
    memory,
    usage,
    clock,
    metrics,
    identity: createIdentity({
      domain,
      tables: database.peopleTables,
      publicUrl: () => publicUrl,
      provider: provider ?? null,
      onError: (message) => complaints.push(message),
    }),
    ...createVerifiers(parts, domain.product, {
      customers: metrics.verdictsOf('customers'),
      services: metrics.verdictsOf('services'),
    }),
    actor: machineActor('req_test'),
    throttle,
    complaints,
    lookups: () => lookups,
    losses,
  }
}

/** The secret of a key that was just issued. */
export function reveal(secret: Secret | null): string {
  if (!secret) throw new Error('a fresh answer shows its secret')
  return secret.reveal()
}

/** A question about a secret that asks for nothing but whether it passes. */
export function ask(secret: Secret | string | null, more: Partial<VerifierQuestion> = {}): VerifierQuestion {
  const key = typeof secret === 'string' ? secret : reveal(secret)
  const caller = { ip: null, userAgent: null, client: null, requestId: 'req_test' }
  return {
    key,
    scopes: [],
    resources: {},
    organizationId: null,
    cost: 1,
    askedFor: null,
    asker: null,
    ...caller,
    ...more,
  }
}

export interface TestApp extends TestServer {
  app: App
  /** Calls a route with a service key that may do everything, unless `key` says otherwise. */
  call(method: 'GET' | 'POST' | 'DELETE' | 'PATCH', url: string, options?: CallOptions): Promise<Answer>
  newServiceKey(scopes?: string[], organizationId?: string): Promise<string>
}

export interface CallOptions {
  body?: unknown
  /** The service key; null: none. */
  key?: string | null
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Record<string, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: a test reads answers as a client without types would.
  body: any
}

export async function startApp(options: TestOptions = {}): Promise<TestApp> {
  const server = await startDomain(options)
  const app = await buildApp({
    domain: server.domain,
    customers: server.customers,
    services: server.services,
    log: pino({ level: 'silent' }),
    metrics: server.metrics,
    reachable: () => server.database.reachable(),
    identity: server.identity,
    publicUrl: () => options.publicUrl ?? TEST_URL,
    trustedProxies: options.trustedProxies ?? [],
    ...(options.dashboardDir === undefined ? {} : { dashboardDir: options.dashboardDir }),
  })
  onTestFinished(() => app.close())
  const newServiceKey = async (scopes = ['*'], organizationId?: string) => {
    const input = { name: 'test', scopes, organizationId: organizationId ?? null }
    const { value } = await issueServiceKey(server.domain, server.actor, input)
    return reveal(value.secret)
  }
  const everything = await newServiceKey()
  return {
    ...server,
    app,
    newServiceKey,
    async call(method, url, { body, key = everything, headers = {} } = {}) {
      const answer = await app.inject({
        method,
        url,
        headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? null : answer.json() }
    },
  }
}
