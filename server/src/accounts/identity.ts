import { AppError, newId } from '@claviger/core'
import { LRUCache } from 'lru-cache'
import { type Actor, NOWHERE } from '../domain/actor.ts'
import type { Client, Identity, SignedIn, SignInStep } from '../domain/identity.ts'
import { endSession } from '../domain/own-account.ts'
import type { Domain } from '../domain/ports.ts'
import { knownPlace, noteSignIn } from '../domain/sign-ins.ts'
import { type Auth, type AuthOptions, createAuth, type PeopleTables } from './auth.ts'
import { asked, headersOf, noMatch, SESSION_ABSOLUTE_MS, toSignedIn, withCookies, withOnly } from './library.ts'
import { createPasswordHashing } from './password-hashing.ts'
import { requireStrong } from './password-strength.ts'
import { createProvider, PROVIDER_ID, type ProviderSettings, requireProvider } from './provider.ts'
import { createSecondFactor } from './second-factor.ts'
import { SignInThrottle } from './sign-in-throttle.ts'

export interface IdentityParts {
  domain: Domain
  tables: PeopleTables
  publicUrl: () => string
  /** Null: people sign in with passwords only. */
  provider: ProviderSettings | null
  /** Told of what went wrong and is not thrown. */
  onError: (message: string, cause: unknown) => void
}

export function createIdentity({ domain, tables, publicUrl, provider: settings, onError }: IdentityParts): Identity {
  const { database, serverKey, clock, randomBytes, product } = domain
  const passwords = createPasswordHashing()
  // Anybody can make the library complain, so the same complaint is told once a minute.
  const told = new LRUCache<string, true>({ max: 100, ttl: 60_000 })
  const throttle = new SignInThrottle()
  const build = (provider: AuthOptions['provider']) =>
    createAuth({
      tables,
      secrets: serverKey.derive('sign-in'),
      publicUrl: publicUrl(),
      productName: product.name,
      passwords,
      newPersonId: () => newId('usr', clock.now(), randomBytes),
      onError(message, cause) {
        if (told.has(message)) return
        told.set(message, true)
        onError(message, cause)
      },
      provider,
    })
  let made: { url: string; auth: Auth } | undefined
  // Where the server is reached is known only when it listens.
  const auth = () => {
    const url = publicUrl()
    if (made?.url !== url) made = { url, auth: build(null) }
    return made.auth
  }
  const secondFactor = createSecondFactor(auth, throttle)
  const provider = settings && createProvider({ domain, settings, publicUrl, createAuth: build })

  const whoIs = async (from: Client): Promise<SignedIn | null> => {
    const { headers, response } = await asked(auth().api.getSession({ headers: headersOf(from), returnHeaders: true }))
    if (!response) return null
    const signedIn = toSignedIn(response, headers.getSetCookie())
    if (signedIn.session.createdAt + SESSION_ABSOLUTE_MS > Date.now()) return signedIn
    await asked(auth().api.signOut({ headers: headersOf(from) }))
    return null
  }

  const present = async (from: Client, setCookies: readonly string[]): Promise<SignedIn> => {
    const signedIn = await whoIs(withCookies(from, setCookies))
    if (!signedIn) throw new Error('somebody was signed in, and is not')
    return { ...signedIn, setCookies }
  }

  /** What has just been answered is a new session; the one that the browser had ends with it. */
  const arrive = async (from: Client, setCookies: readonly string[]): Promise<SignedIn> => {
    const signedIn = await present(from, setCookies)
    const before = await whoIs(withOnly(from, 'session_token'))
    await noteSignIn(domain, from, signedIn, before?.session.id ?? null)
    return signedIn
  }

  return {
    providers: settings === null ? [] : [{ id: PROVIDER_ID, label: settings.label }],
    whoIs,

    async signIn(from, credentials) {
      const email = credentials.email.toLowerCase()
      const place = await knownPlace(database, serverKey, email, from)
      return throttle.signIn({ email, ip: from.ip, knownPlace: place }, async (): Promise<SignInStep> => {
        const body = { email, password: credentials.password }
        const { headers, response } = await asked(
          auth().api.signInEmail({ body, headers: headersOf(withOnly(from, 'two_factor')), returnHeaders: true }),
        )
        const setCookies = headers.getSetCookie()
        if ('twoFactorRedirect' in response) return { done: false, setCookies }
        return { done: true, ...(await arrive(from, setCookies)) }
      })
    },

    async signInSecond(from, proof) {
      // It goes by the cookie of the first step alone, whoever else is signed in.
      const options = { headers: headersOf(withOnly(from, 'two_factor')), returnHeaders: true } as const
      const { headers } =
        'code' in proof
          ? await asked(auth().api.verifyTOTP({ body: { code: proof.code }, ...options }))
          : await asked(auth().api.verifyBackupCode({ body: { code: proof.recoveryCode }, ...options }))
      const setCookies = headers.getSetCookie()
      if ('code' in proof) {
        const { person } = await present(from, setCookies)
        try {
          secondFactor.spend(person, proof.code)
        } catch (error) {
          await asked(auth().api.signOut({ headers: headersOf(withCookies(from, setCookies)) }))
          throw error
        }
      }
      return { done: true, ...(await arrive(from, setCookies)) }
    },

    async signOut(from) {
      const signedIn = await whoIs(from)
      if (signedIn) await endSession(domain, actorOf(signedIn, from), signedIn.session.id)
      const { headers } = await asked(auth().api.signOut({ headers: headersOf(from), returnHeaders: true }))
      return { setCookies: headers.getSetCookie() }
    },

    async beginAtProvider(from, id, returnTo) {
      const again = (await whoIs(from)) !== null
      return requireProvider(provider, id).begin(from, returnTo, again)
    },

    async finishAtProvider(from, id, brought) {
      const step = await requireProvider(provider, id).finish(from, brought)
      if (step.problem === null) await arrive(from, step.setCookies)
      return step
    },

    async hashPassword(password, owner, field = 'password') {
      await requireStrong(password, owner, product.name, field)
      return passwords.hash(password)
    },

    async provePassword(person, password, field = 'password') {
      const hash = await database.passwordHashOf(person.id)
      if (hash === null) {
        throw new AppError('FORBIDDEN', 'This account has no password; sign in again at the identity provider.')
      }
      await throttle.prove(person.id, async () => {
        if (await passwords.verify({ hash, password })) return
        throw new AppError('FORBIDDEN', 'This is not the password of the account.', { [field]: ['did not match'] })
      })
    },

    askForLink: ({ ip }, email) => throttle.askForLink(email, ip),

    proveCode: (from, person, code) => secondFactor.prove(from, person, code),

    beginTwoFactor: (from, password) => secondFactor.begin(from, password),

    async finishTwoFactor(from, person, code) {
      const setCookies = await secondFactor.finish(from, person, code)
      // Codes without a secret that waits for one would be taken for a sign-in that goes on.
      if (setCookies.length === 0) throw noMatch()
      return present(from, setCookies)
    },
  }
}

function actorOf({ person, session }: SignedIn, { ip, userAgent, requestId }: Client): Actor {
  const ref = { type: 'user', id: person.id, name: person.name } as const
  return { ref, boundTo: NOWHERE, sessionId: session.id, ip, userAgent, requestId }
}
