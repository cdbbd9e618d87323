import { sealLink } from './links.ts'
import type { InvitationRecord } from './people-records.ts'
import type { Domain } from './ports.ts'

/** The token of the link by which this invitation is accepted. Always the same, so whoever mails it can make it then. */
export function invitationToken(serverKey: Domain['serverKey'], { id, expiresAt }: InvitationRecord): string {
  return sealLink(serverKey, 'invite', { subject: id, expiresAt, state: stateOf(expiresAt) })
}

/** Neither accepted nor taken back; it may be past its time. */
export function isOpen({ acceptedAt, revokedAt }: InvitationRecord): boolean {
  return acceptedAt === null && revokedAt === null
}

/** A link that was sent before the invitation was sent again carries another time than the invitation has. */
function stateOf(expiresAt: number): string {
  return String(expiresAt)
}
