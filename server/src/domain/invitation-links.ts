import { isSound, readLink, sealLink } from './links.ts'
import type { InvitationRecord } from './people-records.ts'
import type { Domain, Reads } from './ports.ts'
import { overLink } from './refusals.ts'

/** How long an invitation is open; sending it again begins that anew, and ends the links sent before. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1_000

/** The token of the link by which this invitation is accepted. Always the same, so whoever mails it can make it then. */
export function invitationToken(serverKey: Domain['serverKey'], { id, expiresAt }: InvitationRecord): string {
  return sealLink(serverKey, 'invite', { subject: id, expiresAt, state: stateOf(expiresAt) })
}

/**
 * The invitation that a link is about, open as it is now. To be asked before the slow work of hashing a password, and
 * again within the change.
 * @throws AppError `NOT_FOUND` for a link that is over, was used, was replaced by a later one, or was never made.
 */
export async function invitationOf(
  { serverKey }: Pick<Domain, 'serverKey'>,
  reads: Reads,
  token: string,
  now: number,
): Promise<InvitationRecord> {
  const subject = readLink(token)?.subject
  const invitation = subject === undefined ? undefined : await reads.invitation(subject)
  const sound = invitation && isSound(serverKey, 'invite', token, stateOf(invitation.expiresAt), now)
  if (!invitation || !sound || !isOpen(invitation)) throw overLink()
  return invitation
}

/** Neither accepted nor taken back; it may be past its time. */
export function isOpen({ acceptedAt, revokedAt }: InvitationRecord): boolean {
  return acceptedAt === null && revokedAt === null
}

/** A link that was sent before the invitation was sent again carries another time than the invitation has. */
function stateOf(expiresAt: number): string {
  return String(expiresAt)
}
