import { expect } from 'vitest'
import { DEPLOYMENT_CHAIN } from '../domain/audit.ts'
import type { Answer } from '../testing/test-domain.ts'
import type { Method, ProofServer } from './model-server.fixture.ts'
import type { World } from './model-world.fixture.ts'

interface ExpectedRefusal {
  chain: string
  action: string
  code: string
  target: string
  requestId: unknown
}

/** Which refusals must be in the log when a sequence is over, in the order in which they were given. */
export class ExpectedRefusals {
  readonly #expected: ExpectedRefusal[] = []
  /** The deployment's log holds other sequences' events as well. */
  #firstOfDeployment = 1

  async begin({ database }: ProofServer): Promise<void> {
    this.#firstOfDeployment = ((await database.chainHead(DEPLOYMENT_CHAIN))?.count ?? 0) + 1
  }

  /** @param asker the secret that was sent where it is a customer's own. */
  note(world: World, method: Method, url: string, asker: string | undefined, { status, headers, body }: Answer): void {
    if (status === 200 && url.endsWith('/keys/import')) {
      const codes = (body.items as { error?: { code: string } }[]).flatMap(({ error }) => (error ? [error.code] : []))
      const [, , , chain = ''] = url.split('/')
      for (const code of new Set(codes.filter((one) => TOLD.has(one)))) {
        const requestId = headers['x-request-id']
        this.#expected.push({ chain, action: 'key.import', code, target: chain, requestId })
      }
    }
    if (![403, 404, 409].includes(status)) return
    const code: string = body.error.code
    const requestId = headers['x-request-id']
    const holder = world.secrets.find(({ text }) => text === asker)?.key
    if (holder) {
      this.#expected.push({ chain: holder.organization.id, action: 'key.revoke', code, target: holder.id, requestId })
      return
    }
    const [, organizationId = '', keyId, rest = ''] =
      /^\/v1\/organizations\/(\w+)(?:\/keys\/(key_\w+))?(.*?)(?:\?.*)?$/.exec(url) ?? []
    const organization = world.organizations.find(({ id }) => id === organizationId)
    const key = world.keys.find(({ id }) => id === keyId)
    // Of what is nowhere nothing is told; a key that is elsewhere was looked for in the wrong place.
    if (status === 404 && (!key || key.gone || key.organization === organization)) return
    this.#expected.push({
      chain: organization && !organization.gone ? organization.id : DEPLOYMENT_CHAIN,
      action: actionOf(method, keyId !== undefined, rest),
      code,
      target: keyId ?? organizationId,
      requestId,
    })
  }

  async expectAll({ database }: ProofServer, world: World): Promise<void> {
    const starts = new Map(world.organizations.map(({ id }) => [id, 1]))
    starts.set(DEPLOYMENT_CHAIN, this.#firstOfDeployment)
    for (const [chain, first] of starts) {
      const events = (await database.events(chain, first, 500)).filter(({ outcome }) => outcome === 'refused')
      const found = events.map(({ action, changes, target, requestId }) => {
        return { chain, action, code: JSON.parse(changes).code, target: target.id, requestId }
      })
      expect(found, `refused in ${chain}`).toEqual(this.#expected.filter((one) => one.chain === chain))
    }
  }
}

/** Of the codes that a single item of an import can have. */
const TOLD: ReadonlySet<string> = new Set(['FORBIDDEN', 'SCOPE_EXCEEDS_GRANTOR', 'KEY_LIMIT_REACHED', 'KEY_EXISTS'])

const PLAIN: Readonly<Record<Method, string>> = { GET: 'read', POST: 'create', PATCH: 'edit', DELETE: 'delete' }

function actionOf(method: Method, ofKey: boolean, rest: string): string {
  if (!ofKey && rest === '/keys') return method === 'GET' ? 'key.list' : 'key.create'
  if (!ofKey && rest === '/keys/import') return 'key.import'
  const verb = rest === '' ? PLAIN[method] : rest.slice(1).replace('/', '.')
  return `${ofKey ? 'key' : 'organization'}.${verb}`
}
