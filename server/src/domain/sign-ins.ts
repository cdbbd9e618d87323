import { createHmac, timingSafeEqual } from 'node:crypto'
import { formatIpRange, parseIpRange } from '@claviger/core'
import type { Actor } from './actor.ts'
import { applyChange, TOUCHES_NO_KEY } from './change.ts'
import { type PersonRecord, personTarget, type SessionRecord } from './people-records.ts'
import type { Domain, Reads, ServerKey } from './ports.ts'
import { queueNotice } from './queue-notice.ts'

/** As many places of a person are remembered. */
const PLACES = 20

/** From where somebody signs in. */
export interface Origin {
  ip: string
  userAgent: string | null
}

/**
 * Notes that somebody has signed in: in the audit log, and among the places they do so from. A place that is new, and
 * not the very first, is told to them.
 * @param replaces the session that the browser had before; it ends.
 */
export async function noteSignIn(
  domain: Domain,
  from: Origin & { requestId: string },
  { person, session }: { person: PersonRecord; session: SessionRecord },
  replaces: string | null,
): Promise<void> {
  const actor: Actor = {
    ref: { type: 'user', id: person.id, name: person.name },
    boundTo: null,
    sessionId: session.id,
    ip: from.ip,
    userAgent: from.userAgent,
    requestId: from.requestId,
  }
  await applyChange(domain, actor, { action: 'person.sign-in', scope: null }, async (writes, now) => {
    const known = await writes.placesOf(person.id)
    const places = placesOf(domain.serverKey, from)
    const isNew = !isAmong(places, known)
    const [place] = places
    if (place) await writes.notePlace(person.id, place, now, PLACES)
    await writes.dropOldSessions(person.id, now)
    if (replaces !== null) await writes.endSession(replaces)
    if (isNew && known.length > 0) {
      const facts = { personId: person.id, ip: from.ip, userAgent: from.userAgent, at: now }
      await queueNotice(domain, writes, [person.email], { notice: 'new-sign-in', facts }, now)
    }
    const changes = { session: { after: session.id }, newPlace: isNew }
    const audit = { organizationId: null, target: personTarget(person), changes }
    return { changed: true, value: null, touched: TOUCHES_NO_KEY, audit }
  })
}

/**
 * The place somebody tries to sign in from, if whoever has this address has signed in from there before. It takes as
 * long for an address that nobody has.
 */
export async function knownPlace(
  reads: Reads,
  serverKey: Pick<ServerKey, 'derive'>,
  email: string,
  from: Origin,
): Promise<string | null> {
  const person = await reads.personByEmail(email)
  const known = await reads.placesOf(person?.id ?? '')
  const places = placesOf(serverKey, from)
  return isAmong(places, known) ? Buffer.from(places[0] ?? []).toString('base64url') : null
}

/**
 * The network and the kind of browser, under each version of the server key, the newest first: whoever reads the
 * database cannot find out where people are.
 */
function placesOf(serverKey: Pick<ServerKey, 'derive'>, { ip, userAgent }: Origin): Uint8Array[] {
  const place = JSON.stringify([networkOf(ip), kindOf(userAgent ?? '')])
  return serverKey.derive('sign-in places').map(({ key }) => createHmac('sha256', key).update(place).digest())
}

function isAmong(places: readonly Uint8Array[], known: readonly Uint8Array[]): boolean {
  return known.some((one) => places.some((other) => one.length === other.length && timingSafeEqual(one, other)))
}

/** Of IPv4 the /24, of IPv6 the /48: what a home or an office keeps while its addresses change. */
function networkOf(ip: string): string {
  const range = parseIpRange(`${ip}/${ip.includes(':') ? 48 : 24}`)
  return range === null ? '' : formatIpRange(range)
}

const BROWSERS = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari', 'curl'] as const
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'CrOS', 'Linux'] as const

/** Program and system without their versions, which change every few weeks. */
function kindOf(userAgent: string): string {
  const browser = BROWSERS.find((name) => userAgent.includes(name))
  const system = SYSTEMS.find((name) => userAgent.includes(name))
  return `${browser ?? ''} ${system ?? ''}`
}
