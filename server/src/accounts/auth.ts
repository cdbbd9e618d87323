import { betterAuth } from 'better-auth'
// Not from the list of all plugins: a server would load every one of them at its start.
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { DatabaseUnavailable } from '../domain/ports.ts'
import type { PasswordHashing } from './password-hashing.ts'

/** The tables people are kept in, as the library that signs them in is given them. */
export interface PeopleTables {
  /** A Kysely instance over them. */
  // biome-ignore lint/suspicious/noExplicitAny: the library's own type for tables that it knows by their configuration.
  db: any
  type: 'sqlite' | 'postgres'
}

export interface AuthOptions {
  tables: PeopleTables
  /** Seals cookies and second factors; the current first. */
  secrets: readonly { version: number; key: Uint8Array }[]
  /** Where browsers reach the server. */
  publicUrl: string
  /** By which authenticators know it. */
  productName: string
  passwords: PasswordHashing
  newPersonId: () => string
  onError: (message: string, cause: unknown) => void
  /** Where people sign in besides; null: nowhere. */
  provider: GenericOAuthConfig | null
}

/** A session nobody uses is over after this time. */
export const SESSION_IDLE_SECONDS = 12 * 60 * 60
/** How often its use is written down. */
const SESSION_TOUCH_SECONDS = 5 * 60
/** The library tells where requests come from by this header, which is never one that was sent. */
export const CLIENT_ADDRESS = 'x-claviger-client'

export type Auth = ReturnType<typeof createAuth>

/** better-auth for identity only: who somebody is. It never sees a request, only what is handed to it. */
export function createAuth(options: AuthOptions) {
  const { tables, secrets, publicUrl, productName, passwords, newPersonId, onError, provider } = options
  const secure = publicUrl.startsWith('https:')
  return betterAuth({
    appName: productName,
    baseURL: publicUrl,
    basePath: '/v1/auth',
    secrets: secrets.map(({ version, key }) => ({ version, value: Buffer.from(key).toString('base64url') })),
    database: { db: tables.db, type: tables.type },
    telemetry: { enabled: false },
    // Requests are throttled before they get here.
    rateLimit: { enabled: false },
    logger: {
      level: 'error',
      log(_level, message, ...causes) {
        // An outage is thrown as well, and told where outages are counted.
        if (!causes.some((cause) => cause instanceof DatabaseUnavailable)) onError(message, causes[0])
      },
    },
    emailAndPassword: { enabled: true, disableSignUp: true, password: passwords },
    user: { modelName: 'people', fields: PERSON_FIELDS, additionalFields: { operator: KEPT_NUMBER } },
    session: {
      modelName: 'sessions',
      fields: SESSION_FIELDS,
      additionalFields: { confirmedAt: { ...KEPT_NUMBER, fieldName: 'confirmed_at' } },
      expiresIn: SESSION_IDLE_SECONDS,
      updateAge: SESSION_TOUCH_SECONDS,
      cookieCache: { enabled: false },
    },
    account: {
      modelName: 'sign_in_methods',
      fields: METHOD_FIELDS,
      // Whose account a provider's account is has been decided before the library looks; nor are its tokens kept.
      accountLinking: { enabled: false },
      updateAccountOnSignIn: false,
    },
    verification: { modelName: 'verifications', fields: VERIFICATION_FIELDS },
    plugins: [
      genericOAuth({ config: provider === null ? [] : [provider] }),
      twoFactor({
        issuer: productName,
        twoFactorTable: 'two_factors',
        schema: { user: { fields: { twoFactorEnabled: 'two_factor_enabled' } }, twoFactor: { fields: FACTOR_FIELDS } },
      }),
    ],
    advanced: {
      // A cookie of this name is taken by browsers from this very host alone, and only over HTTPS.
      cookiePrefix: secure ? '__Host-claviger' : 'claviger',
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
      database: { generateId: ({ model }) => (model === 'user' ? newPersonId() : crypto.randomUUID()) },
    },
  })
}

/** Nobody sets these through the library. */
const KEPT_NUMBER = { type: 'number', required: false, input: false } as const

const PERSON_FIELDS = {
  name: 'name',
  email: 'email',
  emailVerified: 'email_verified',
  image: 'image',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

const SESSION_FIELDS = {
  userId: 'person_id',
  token: 'token',
  expiresAt: 'expires_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  ipAddress: 'ip_address',
  userAgent: 'user_agent',
}

const METHOD_FIELDS = {
  accountId: 'account_id',
  providerId: 'provider_id',
  userId: 'person_id',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  accessTokenExpiresAt: 'access_token_expires_at',
  refreshTokenExpiresAt: 'refresh_token_expires_at',
  scope: 'scope',
  password: 'password',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

const VERIFICATION_FIELDS = {
  identifier: 'identifier',
  value: 'value',
  expiresAt: 'expires_at',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
}

const FACTOR_FIELDS = {
  secret: 'secret',
  backupCodes: 'backup_codes',
  userId: 'person_id',
  verified: 'verified',
  failedVerificationCount: 'failed_verification_count',
  lockedUntil: 'locked_until',
}
