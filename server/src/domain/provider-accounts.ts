import { isVisibleName, newId } from '@claviger/core'
import type { Actor } from './actor.ts'
import { applyChange, type Outcome, TOUCHES_NO_KEY } from './change.ts'
import type { ProviderProblem } from './identity.ts'
import { ownEvent } from './own-account.ts'
import type { PersonRecord, ProviderAccount } from './people-records.ts'
import type { Domain, Reads } from './ports.ts'

/** What an identity provider says of somebody, proven to be its own words. */
export interface ProviderProfile {
  providerId: string
  /** Whose ids of people it uses; another issuer means somebody else by the same one. */
  issuer: string
  subject: string
  email: string
  emailVerified: boolean
  name: string
}

/**
 * Finds the account that a provider's account belongs to, before anybody is signed in. Who has none here gets none,
 * unless an organization has invited that very address; who has one is known by an address that the provider has
 * verified, and from then on by the provider's own id.
 * @returns why there is none; null: there is one.
 */
export async function findByProvider(
  domain: Domain,
  from: Pick<Actor, 'ip' | 'userAgent' | 'requestId'>,
  profile: ProviderProfile,
): Promise<ProviderProblem | null> {
  const { database, clock, randomBytes } = domain
  const account = accountOf(profile)
  if (await database.personByProvider(account)) return null
  if (!profile.emailVerified) return 'email_not_verified'
  const email = profile.email.toLowerCase()
  const known = await database.personByEmail(email)
  if (!known && !(await isInvited(database, email, clock.now()))) return 'no_account'
  const id = known?.id ?? newId('usr', clock.now(), randomBytes)
  const name = known?.name ?? nameOf(profile)
  const actor: Actor = { ...from, ref: { type: 'user', id, name }, boundTo: null, proof: 'provider' }
  const action = known ? 'person.provider.add' : 'person.create'
  const { value } = await applyChange<ProviderProblem | null>(
    domain,
    actor,
    { action, scope: null },
    async (writes, now) => {
      if (await writes.personByProvider(account)) return nothing(null)
      const person = await writes.personByEmail(email)
      // Somebody else was quicker, or the account is gone: whoever tries again finds it as it is now.
      if (person?.id !== known?.id) return nothing('failed')
      // An address that was given to somebody else does not bring its former owner's account along.
      if (person && (await isTaken(writes, person, profile))) return nothing('no_account')
      if (!person && !(await isInvited(writes, email, now))) return nothing('no_account')
      const made: PersonRecord = person ?? { id, name, email, operator: false, twoFactor: false, createdAt: now }
      if (!person) await writes.insertPerson({ ...made, passwordHash: null }, now)
      await writes.setProviderAccount(id, account, now)
      const changes = { provider: { after: profile.issuer }, ...(person ? {} : { email: { after: email } }) }
      return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit: ownEvent(made, changes) }
    },
  )
  return value
}

/** The id under which a provider's account is kept. */
export function accountOf({ providerId, issuer, subject }: Omit<ProviderProfile, 'email' | 'emailVerified' | 'name'>) {
  return { providerId, accountId: `${issuer} ${subject}` } satisfies ProviderAccount
}

function nothing(value: ProviderProblem | null): Outcome<ProviderProblem | null> {
  return { changed: false, value, touched: TOUCHES_NO_KEY }
}

/** Whether this provider already knows the account as somebody else's. */
async function isTaken(reads: Reads, { id }: PersonRecord, { providerId, issuer }: ProviderProfile): Promise<boolean> {
  const present = await reads.providerAccountOf(id, providerId)
  return present?.accountId.startsWith(`${issuer} `) ?? false
}

async function isInvited(reads: Reads, email: string, now: number): Promise<boolean> {
  const invitations = await reads.openInvitations(email)
  return invitations.some(({ expiresAt }) => expiresAt > now)
}

const LONGEST_NAME = 100

function nameOf({ name, email }: ProviderProfile): string {
  const said = name.trim().slice(0, LONGEST_NAME).toWellFormed()
  return isVisibleName(said) ? said : (email.split('@')[0] ?? email)
}
