import { hash } from 'node:crypto'
import { sealLink } from './links.ts'
import type { Domain, Reads } from './ports.ts'

export const RESET_LINK_MS = 60 * 60 * 1_000

/**
 * The token of a link by which this person can give themselves a password, once.
 * @returns null: there is no such person any more.
 */
export async function sealResetLink(
  { database, serverKey, clock }: Pick<Domain, 'database' | 'serverKey' | 'clock'>,
  personId: string,
): Promise<string | null> {
  if (!(await database.person(personId))) return null
  const state = await presentPassword(database, personId)
  return sealLink(serverKey, 'reset-password', { subject: personId, expiresAt: clock.now() + RESET_LINK_MS, state })
}

/** What ends a link when it changes: a digest of the hash, never the hash itself. */
async function presentPassword(reads: Pick<Reads, 'passwordHashOf'>, personId: string): Promise<string> {
  const present = await reads.passwordHashOf(personId)
  return present === null ? '' : hash('sha256', present, 'base64url')
}
