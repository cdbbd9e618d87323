import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type AdapterConstructor } from 'oidc-provider'
import { onTestFinished } from 'vitest'
import type { ProviderSettings } from '../accounts/provider.ts'
import { answerByPages } from './oidc-pages.ts'
import { TEST_URL } from './test-domain.ts'

/** What the provider knows of somebody. */
export interface Identified {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

export interface OidcServer {
  settings: ProviderSettings
  /** Whoever signs in next; null: they decline. */
  present: Identified | null
  /** Who can sign in at its pages, by their login. */
  readonly people: Map<string, Identified>
  /** Whether it no longer answers the client itself, while its pages go on. */
  failsClient: boolean
  /** Requests it was sent, as method and path. */
  readonly requests: URL[]
  /** Puts it off the network, and back. */
  pause(): Promise<void>
  resume(): Promise<void>
}

export interface OidcOptions {
  /** Whether the ID token itself has the claims, or only the answer about its holder. */
  claimsInToken?: boolean
  /** Where the client is reached; not asked before somebody comes from there. */
  publicUrl?: () => string
  /** By which name it is reached. To a browser `localhost` is another site than 127.0.0.1. */
  host?: '127.0.0.1' | 'localhost'
  /** Whether a browser is shown pages that ask who is there; otherwise that is whoever is `present`. */
  asks?: boolean
  onEnd?: (stop: () => Promise<void>) => void
}

/** A real OpenID Connect provider, at which whoever is `present` signs in without being asked. */
export async function startOidcServer({
  claimsInToken = true,
  publicUrl = () => TEST_URL,
  host = '127.0.0.1',
  asks = false,
  onEnd = onTestFinished,
}: OidcOptions = {}): Promise<OidcServer> {
  const http = createServer((request, response) => void answer(request, response))
  const listen = (port: number) => new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  const stop = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  await listen(0)
  const { port } = http.address() as AddressInfo
  const issuer = `http://${host}:${port}`
  const people = new Map<string, Identified>()
  const clientSecret = 'a secret of this client alone, long enough'
  const adapter = await memoryAdapter()
  const open = () =>
    new Provider(issuer, {
      clients: [
        {
          client_id: 'claviger',
          client_secret: clientSecret,
          redirect_uris: [`${publicUrl()}/v1/auth/callback/oidc`],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      // All named, or it complains about each that it is not.
      adapter,
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
      jwks: {
        keys: [
          { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig' },
        ],
      },
      cookies: { keys: ['a key of this provider alone'] },
      pkce: { required: () => true },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: !claimsInToken,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
    })
  let opened: Provider | undefined

  const server: OidcServer = {
    settings: { issuer, clientId: 'claviger', clientSecret, label: 'Example SSO' },
    present: null,
    people,
    failsClient: false,
    requests: [],
    pause: stop,
    resume: () => listen(port),
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', issuer)
    server.requests.push(url)
    opened ??= open()
    const provider = opened
    if (server.failsClient && url.pathname === '/token') return void response.writeHead(503).end()
    if (!url.pathname.startsWith('/interaction/')) return void provider.callback()(request, response)
    if (asks) return answerByPages(provider, (login) => people.has(login), request, response)
    const { present } = server
    if (present === null) {
      const declined = { error: 'access_denied', error_description: 'They declined' }
      return provider.interactionFinished(request, response, declined, { mergeWithLastSubmission: false })
    }
    people.set(present.sub, present)
    const grant = new provider.Grant({ accountId: present.sub, clientId: 'claviger' })
    grant.addOIDCScope('openid email profile')
    const result = { login: { accountId: present.sub }, consent: { grantId: await grant.save() } }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }
  onEnd(stop)
  return server
}

/** The provider's own, which has no types. */
async function memoryAdapter(): Promise<AdapterConstructor> {
  const path: string = 'oidc-provider/lib/adapters/memory_adapter.js'
  const own = (await import(path)) as { createMemoryAdapter(clockToleranceSeconds: number): AdapterConstructor }
  return own.createMemoryAdapter(0)
}

/** Follows a browser through the provider. @returns the address that it is sent back to. */
export async function visitProvider(url: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = new URL(url)
  for (let step = 0; step < 10; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`)
    const from = next.origin
    next = new URL(location, next)
    if (next.origin !== from) return next
  }
  throw new Error('the provider never sends the browser back')
}
