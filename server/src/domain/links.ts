import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ServerKey } from './ports.ts'

/**
 * Links that are a credential: whoever holds one may do one thing, for some time. Nothing of them is stored, so a copy
 * of the database opens none: they are sealed with a key derived from the server key.
 */
export const LINK_USES = ['set-up', 'invite', 'reset-password'] as const
export type LinkUse = (typeof LINK_USES)[number]

export interface Link {
  /** What it is about: the id of an invitation or a person; of the set-up link nothing. */
  subject: string
  /** Milliseconds since 1970. */
  expiresAt: number
  /** Ends the link when it changes: for a new password, the digest of the present one. */
  state: string
}

/** The token to put behind the `#` of an address: a fragment reaches no server, no log and no other site. */
export function sealLink(serverKey: Pick<ServerKey, 'derive'>, use: LinkUse, link: Link): string {
  const [newest] = serverKey.derive(PURPOSE)
  if (!newest) throw new TypeError('a server key has at least one version')
  return `${link.subject}.${link.expiresAt.toString(36)}.${sealOf(newest.key, use, link)}`
}

/** @returns what a token says, before anything of it is believed; null: it is none. */
export function readLink(token: string): Pick<Link, 'subject' | 'expiresAt'> | null {
  const [, subject, expiry] = /^([0-9A-Za-z_]{0,40})\.([0-9a-z]{1,10})\.[0-9A-Za-z_-]{43}$/.exec(token) ?? []
  return subject === undefined || expiry === undefined ? null : { subject, expiresAt: Number.parseInt(expiry, 36) }
}

/** Whether this token was made here for this use and state, and its time is not over. */
export function isSound(
  serverKey: Pick<ServerKey, 'derive'>,
  use: LinkUse,
  token: string,
  state: string,
  now: number,
): boolean {
  const said = readLink(token)
  if (said === null || said.expiresAt <= now) return false
  const given = Buffer.from(token.slice(token.lastIndexOf('.') + 1))
  const right = serverKey
    .derive(PURPOSE)
    .map(({ key }) => timingSafeEqual(Buffer.from(sealOf(key, use, { ...said, state })), given))
  return right.includes(true)
}

const PURPOSE = 'links'

function sealOf(key: Uint8Array, use: LinkUse, { subject, expiresAt, state }: Link): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([use, subject, expiresAt, state]))
    .digest('base64url')
}
