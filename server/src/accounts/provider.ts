import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '@claviger/core'
import type { OAuth2Tokens } from 'better-auth'
import type { GenericOAuthConfig } from 'better-auth/plugins/generic-oauth'
import type { Client, ProviderProblem, ProviderStep } from '../domain/identity.ts'
import type { Domain } from '../domain/ports.ts'
import { accountOf, findByProvider } from '../domain/provider-accounts.ts'
import { notFound } from '../domain/refusals.ts'
import type { Auth } from './auth.ts'
import { asked, headersOf } from './library.ts'

/** An OpenID Connect provider at which people may sign in. */
export interface ProviderSettings {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the button says. */
  label: string
}

/** There is one, and this is its name in addresses. */
export const PROVIDER_ID = 'oidc'

/** Where the library would send a browser that it does not let in; none ever gets there. */
const REFUSED = '/sign-in/refused'
const LIBRARY_REFUSED = '/v1/auth/error'

/** How long the provider's own description of itself is good. */
const DISCOVERY_LIFE_MS = 60 * 60 * 1_000
/** How long it is taken to be there after it was. Anybody may ask to be sent there, and it is not asked for each of them. */
const PRESENCE_LIFE_MS = 5_000
const PATIENCE_MS = 10_000
const LONGEST_EMAIL = 254

export interface Provider {
  begin(from: Client, returnTo: string, again: boolean): Promise<{ url: string; setCookies: string[] }>
  finish(from: Client, brought: Readonly<Record<string, string>>): Promise<ProviderStep>
}

interface ProviderParts {
  domain: Domain
  settings: ProviderSettings
  publicUrl: () => string
  createAuth: (provider: GenericOAuthConfig) => Auth
}

/**
 * Signs in by OpenID Connect: authorization code with PKCE, state and nonce. A provider that is down takes nothing else
 * with it, and is asked again when somebody wants to sign in there.
 */
export function createProvider({ domain, settings, publicUrl, createAuth }: ProviderParts): Provider {
  const { issuer, clientId, clientSecret } = settings
  const asking = new AsyncLocalStorage<Client>()
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  let made: { url: string; at: number; auth: Auth } | undefined
  let presentAt = Number.NEGATIVE_INFINITY
  let userInfoUrl: string | undefined

  /** What the provider says has been verified by now; whose account it is, is decided here. */
  const mapProfileToUser = async (claims: Claims) => {
    const from = asking.getStore()
    if (!from) throw new Error('nobody is signing in')
    const email = typeof claims.email === 'string' && isEmail(claims.email) ? claims.email : null
    const problem =
      email === null
        ? 'email_not_verified'
        : await findByProvider(domain, from, {
            providerId: PROVIDER_ID,
            issuer,
            subject: String(claims.sub ?? ''),
            email,
            emailVerified: claims.email_verified === true,
            name: String(claims.name ?? ''),
          })
    if (problem !== null) throw new ProviderRefusal(problem)
    return { email: email ?? '', emailVerified: true }
  }

  /** The token has been verified by now; without one nothing is believed. */
  const getUserInfo = async ({ idToken, accessToken }: OAuth2Tokens) => {
    const claims = idToken === undefined ? {} : payloadOf(idToken)
    const more = typeof claims.email === 'string' ? {} : await askAbout(userInfoUrl, accessToken)
    // Of somebody else (OpenID Connect Core 1.0, section 5.3.2).
    if (claims.sub === undefined || (more.sub !== undefined && more.sub !== claims.sub)) return null
    return { ...more, ...claims, id: String(claims.sub), emailVerified: false }
  }

  const flow: GenericOAuthConfig = {
    providerId: PROVIDER_ID,
    discoveryUrl,
    clientId,
    clientSecret,
    scopes: ['openid', 'email', 'profile'],
    pkce: true,
    requireIdTokenVerification: true,
    disableSignUp: true,
    getUserInfo,
    mapProfileToUser,
    accountSubject: ({ profile }) =>
      accountOf({ providerId: PROVIDER_ID, issuer, subject: String(profile.sub ?? '') }).accountId,
  }

  /** @throws AppError `UNAVAILABLE`. */
  const auth = async (): Promise<Auth> => {
    const url = publicUrl()
    const now = domain.clock.now()
    if (made?.url === url && Math.abs(now - made.at) < DISCOVERY_LIFE_MS) return made.auth
    try {
      userInfoUrl = await requireIssuer(discoveryUrl, issuer)
      presentAt = now
      const fresh = createAuth(flow)
      const { socialProviders } = await fresh.$context
      if (!socialProviders.some(({ id }) => id === PROVIDER_ID)) throw new Error('it left something out')
      made = { url, at: now, auth: fresh }
      return fresh
    } catch (cause) {
      if (made?.url === url) return made.auth
      throw outOfReach(cause)
    }
  }

  /** A browser is not sent where nobody is: it would only say so in its own words. @throws AppError `UNAVAILABLE`. */
  const requirePresence = async (): Promise<void> => {
    const now = domain.clock.now()
    if (Math.abs(now - presentAt) < PRESENCE_LIFE_MS) return
    try {
      await requireIssuer(discoveryUrl, issuer)
      presentAt = now
    } catch (cause) {
      throw outOfReach(cause)
    }
  }

  return {
    async begin(from, returnTo, again) {
      const { api } = await auth()
      await requirePresence()
      const { headers, response } = await asked(
        api.signInSocial({
          body: {
            provider: PROVIDER_ID,
            callbackURL: `${publicUrl()}${returnTo}`,
            errorCallbackURL: `${publicUrl()}${REFUSED}`,
            disableRedirect: true,
            // Whoever is signed in already is here to show who they are once more.
            ...(again && { additionalParams: { prompt: 'login' } }),
          },
          headers: headersOf(from),
          returnHeaders: true,
        }),
      )
      if (!('url' in response) || response.url === undefined) throw new TypeError('a provider has an address')
      return { url: response.url, setCookies: headers.getSetCookie() }
    },

    async finish(from, brought) {
      const refused = (problem: ProviderProblem, setCookies: readonly string[] = []): ProviderStep => ({
        problem,
        setCookies,
      })
      try {
        const { api } = await auth()
        const answer = await within(
          PATIENCE_MS,
          asking.run(from, () =>
            api.callbackOAuth({
              params: { id: PROVIDER_ID },
              query: brought,
              headers: headersOf(from),
              method: 'GET',
              asResponse: true,
            }),
          ),
        )
        const setCookies = answer.headers.getSetCookie()
        const location = answer.headers.get('location')
        if (location === null) return refused('failed', setCookies)
        const { href, pathname, search, searchParams } = new URL(location, publicUrl())
        if ([REFUSED, LIBRARY_REFUSED].some((path) => href.startsWith(`${publicUrl()}${path}?`))) {
          return refused(searchParams.get('error') === 'access_denied' ? 'denied' : 'failed', setCookies)
        }
        return { problem: null, returnTo: pathname + search, setCookies }
      } catch (cause) {
        if (cause instanceof ProviderRefusal) return refused(cause.problem)
        if (cause instanceof AppError && cause.code === 'UNAVAILABLE') return refused('provider_unavailable')
        throw cause
      }
    },
  }
}

export function requireProvider(provider: Provider | null, id: string): Provider {
  if (provider === null || id !== PROVIDER_ID) throw notFound('identity provider')
  return provider
}

function outOfReach(cause: unknown): AppError {
  return new AppError(
    'UNAVAILABLE',
    'The identity provider cannot be reached at this moment; try again.',
    {},
    { cause },
  )
}

type Claims = Readonly<Record<string, unknown>>

class ProviderRefusal extends Error {
  override name = 'ProviderRefusal'
  readonly problem: ProviderProblem

  constructor(problem: ProviderProblem) {
    super(problem)
    this.problem = problem
  }
}

/**
 * The issuer has to be exactly the one that was asked for (OpenID Connect Discovery 1.0, section 4.3).
 * @returns where to ask about people.
 */
async function requireIssuer(discoveryUrl: string, issuer: string): Promise<string | undefined> {
  const answer = await fetch(discoveryUrl, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) })
  const described = answer.ok ? ((await answer.json()) as Claims) : {}
  if (described.issuer !== issuer)
    throw new Error(`${discoveryUrl} does not describe ${issuer} (status ${answer.status})`)
  return typeof described.userinfo_endpoint === 'string' ? described.userinfo_endpoint : undefined
}

/** What the provider says of the holder of a token, where it does not stand in the ID token. */
async function askAbout(url: string | undefined, accessToken: string | undefined): Promise<Claims> {
  if (url === undefined || accessToken === undefined) return {}
  const headers = { authorization: `Bearer ${accessToken}` }
  const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) })
  return answer.ok ? ((await answer.json()) as Claims) : {}
}

function payloadOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims
}

function isEmail(text: string): boolean {
  return text.length <= LONGEST_EMAIL && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u.test(text)
}

/** @throws AppError `UNAVAILABLE` where it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('UNAVAILABLE', 'The identity provider does not answer.')), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
