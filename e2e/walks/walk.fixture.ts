import type { KeyCallers, KeyIssued, KeyList } from '@claviger/core'
import type { Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { PostgresServer } from '../../server/src/testing/postgres-server.ts'
import { type Dashboard, eventually, startDashboard } from '../dashboard.ts'
import { createServiceKey, type RunningServer } from '../running-server.ts'
import { passDays } from './calendar.fixture.ts'
import { CLIPBOARD } from './screens.fixture.ts'
import { type Needs, startVendorApi } from './vendor-api.fixture.ts'

const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type Engine = (typeof ENGINES)[number]

/** The databases that a document is followed on: both in the long form of the proofs, else this one. */
export function onEngines(short: Engine): readonly Engine[] {
  return process.env.PROOF === 'full' ? ENGINES : [short]
}

/** The server as it is shipped, on this engine. It believes the proxy on its own machine where somebody comes from. */
export async function settingsFor(profile: string, engine: Engine) {
  const databaseUrl = engine === 'PostgreSQL' ? await newDatabase() : null
  const env: Record<string, string> = { CLAVIGER_TRUSTED_PROXIES: '127.0.0.1' }
  if (databaseUrl !== null) env.DATABASE_URL = databaseUrl
  return { profile, env, databaseUrl }
}

async function newDatabase(): Promise<string> {
  const postgres = await PostgresServer.start()
  afterAll(() => postgres.close())
  return postgres.url()
}

/** A vendor's screens, as one reader of its documents uses them in one window, with a terminal beside it. */
export class Walk {
  readonly dashboard: Dashboard
  readonly page: Page
  readonly settings: Awaited<ReturnType<typeof settingsFor>>
  #server: RunningServer

  constructor(dashboard: Dashboard, page: Page, settings: Walk['settings']) {
    this.dashboard = dashboard
    this.page = page
    this.settings = settings
    this.#server = dashboard.server
  }

  get address(): string {
    return this.dashboard.server.address
  }

  /** Where anybody asks who a key is. */
  get self(): string {
    return `${this.address}/v1/keys/self`
  }

  /** Of the organization's keys, for the vendor's own backend. */
  get keys(): string {
    return `${this.address}/v1/organizations/${this.dashboard.organization}/keys`
  }

  /** What was there before the reader came. */
  createKey(body: { name: string; [field: string]: unknown }): Promise<KeyIssued & { secret: string }> {
    return this.dashboard.operator.createKey(this.dashboard.organization, body)
  }

  async keyId(name: string): Promise<string> {
    const path = `/v1/organizations/${this.dashboard.organization}/keys`
    const { body } = await this.dashboard.operator.connection.send<KeyList>(path)
    const found = body.items.find((key) => key.name === name)
    if (found === undefined) throw new Error(`there is no key "${name}"`)
    return found.id
  }

  /** Uses are written down within seconds, before they are told of. */
  async untilUsedFrom(ip: string, name: string): Promise<void> {
    const path = `/v1/organizations/${this.dashboard.organization}/keys/${await this.keyId(name)}/callers`
    await eventually(async () => {
      const { body } = await this.dashboard.operator.connection.send<KeyCallers>(path)
      expect(body.items.map((caller) => caller.ip)).toContain(ip)
    })
  }

  async serviceKey(...options: string[]): Promise<string> {
    return (await createServiceKey(this.#server.dataDir, this.settings, ...options)).secret
  }

  /** The vendor's API beside it. */
  async startApi(needs: Needs): Promise<string> {
    return startVendorApi(this.address, await this.serviceKey('--scopes', 'keys:verify'), needs)
  }

  /** Time passes for all that is there. */
  async passDays(days: number): Promise<void> {
    this.#server = await passDays(this.#server, this.settings.databaseUrl, days)
    await this.page.reload()
  }

  /** Nothing on any page complained. */
  async end(): Promise<void> {
    await this.page.close()
    expect(this.dashboard.complaints()).toEqual([])
  }
}

export async function startWalk(profile: string, engine: Engine): Promise<Walk> {
  const settings = await settingsFor(profile, engine)
  const dashboard = await startDashboard(settings)
  const page = await dashboard.openApart(`/${dashboard.organization}`, CLIPBOARD)
  return new Walk(dashboard, page, settings)
}
