import { AppError, type Compromise } from '@claviger/core'
import type { Actor } from './actor.ts'
import { keyLog, listEvents, type Readable } from './audit-log.ts'
import { applyChange, type Changed, TOUCHES_NO_KEY } from './change.ts'
import type { EventFilter } from './event-query.ts'
import { tellOfReport } from './key-notices.ts'
import { latestReplacement, nameInLog, readReplacement } from './key-replacement.ts'
import type { Stop } from './notice-facts.ts'
import type { Domain, Reads } from './ports.ts'
import type { AuditEvent } from './records.ts'
import { findSubject } from './usage.ts'
import { HOUR_MS } from './usage-records.ts'

/** What is done about a key whose secret has come into wrong hands. It all stands in the audit log, and is read from it. */

const NOTIFIED = 'key.notify'
/** Mails about one key, and mails that one actor causes, within an hour. */
const PER_KEY = 1
const PER_ACTOR = 5

/** How far it has got; also of a deleted key. @throws AppError `NOT_FOUND`. */
export async function compromiseOf(
  domain: Pick<Domain, 'database' | 'mail'>,
  actor: Pick<Actor, 'boundTo'>,
  organizationId: string,
  keyId: string,
): Promise<Compromise> {
  const log = await keyLog(domain, actor, organizationId, keyId, { outcome: 'success' })
  const { prefix } = await findSubject(domain, actor, organizationId, keyId)
  const key = await domain.database.key(keyId)
  const stop = await stopOf(domain.database, log, keyId)
  const replaced = await latestReplacement(domain.database, organizationId, keyId)
  const told = await latest(domain.database, log, NOTIFIED, isTold)
  // A revocation for this reason is told by itself.
  const revoked = domain.mail.enabled ? await latest(domain.database, log, 'key.revoke', isCompromise) : null
  const notice = (told?.at ?? 0) >= (revoked?.at ?? 0) ? told : revoked
  return {
    key: { id: keyId, name: key?.name ?? (await nameInLog(domain.database, organizationId, keyId)), prefix },
    stopped: stop && { how: stop.how, at: time(stop.at), by: stop.event?.actor.name ?? null },
    replacement: replaced && { ...readReplacement(replaced), at: time(replaced.at), by: replaced.actor.name },
    notified: notice && { at: time(notice.at), by: notice.actor.name },
    mail: domain.mail.enabled,
  }
}

/**
 * Mails those in charge that a key was compromised, and how it stands. Once an hour for each key.
 * @returns how many are told; 0 where this server sends no mail.
 * @throws AppError `NOT_FOUND`, `RATE_LIMITED`.
 */
export async function notifyOfCompromise(
  domain: Domain,
  actor: Actor,
  organizationId: string,
  keyId: string,
): Promise<Changed<number>> {
  await findSubject(domain, actor, organizationId, keyId)
  return applyChange<number>(domain, actor, { action: NOTIFIED, scope: 'keys:write' }, async (writes, now) => {
    await findSubject({ database: writes }, actor, organizationId, keyId)
    if (domain.mail.enabled) await requireSparing(writes, actor, organizationId, keyId, now)
    const key = await writes.key(keyId)
    const name = key?.name ?? (await nameInLog(writes, organizationId, keyId))
    const log = { chain: organizationId, filter: { target: keyId, outcome: 'success' } } as const
    const stop = await stopOf(writes, log, keyId)
    const about = { organizationId, keyId, keyName: name, environment: key?.environment ?? null }
    const recipients = await tellOfReport(domain, writes, actor, about, stop?.how ?? null, now)
    return {
      changed: true,
      value: recipients,
      touched: TOUCHES_NO_KEY,
      audit: { organizationId, target: { type: 'key', id: keyId, name }, changes: { recipients } },
    }
  })
}

/** Nobody's post box is filled by it. */
async function requireSparing(
  database: Reads,
  { ref }: Pick<Actor, 'ref'>,
  chain: string,
  keyId: string,
  now: number,
): Promise<void> {
  const done: EventFilter = { action: NOTIFIED, outcome: 'success', from: now - HOUR_MS + 1 }
  await requireFewer(database, chain, { ...done, target: keyId }, PER_KEY, now)
  if (ref.id !== null) await requireFewer(database, chain, { ...done, actor: ref.id }, PER_ACTOR, now)
}

async function requireFewer(
  database: Reads,
  chain: string,
  filter: EventFilter,
  most: number,
  now: number,
): Promise<void> {
  const events = await listEvents({ database }, { chain, filter }, null, most)
  const first = events.length < most ? undefined : events.at(-1)
  if (first === undefined) return
  const retryAfterSeconds = Math.ceil((first.at + HOUR_MS - now) / 1_000)
  throw new AppError(
    'RATE_LIMITED',
    'Owners and admins were told often enough within the last hour; nothing was sent again.',
    {
      retryAfterSeconds,
    },
  )
}

interface Stopped {
  how: Stop
  at: number
  /** Null where the log does not tell. */
  event: AuditEvent | null
}

/** What ended the secret that is in wrong hands. */
async function stopOf(database: Reads, log: Readable, keyId: string): Promise<Stopped | null> {
  const key = await database.key(keyId)
  if (key === undefined) {
    const event = await latest(database, log, 'key.delete')
    return event && { how: 'deleted', at: event.at, event }
  }
  if (key.revokedAt !== null) {
    const event = await latest(database, log, 'key.revoke')
    return { how: 'revoked', at: key.revokedAt, event }
  }
  const event = await latest(database, log, 'key.rotate', isCompromise)
  const ended = event !== null && key.previousSecret === null
  return ended ? { how: 'rotated', at: event.at, event } : null
}

/** As far as it is looked at here. */
interface Changes {
  reason?: unknown
  recipients?: unknown
}

const isCompromise = ({ reason }: Changes) => reason === 'compromised'
const isTold = ({ recipients }: Changes) => typeof recipients === 'number' && recipients > 0

/** Of a key's events of one kind the newest that is meant. */
async function latest(
  database: Reads,
  { chain, filter }: Readable,
  action: string,
  isMeant: (changes: Changes) => boolean = () => true,
): Promise<AuditEvent | null> {
  const found = await listEvents({ database }, { chain, filter: { ...filter, action } }, null, LOOKED_AT)
  return found.find(({ changes }) => isMeant(JSON.parse(changes))) ?? null
}

/** Few keys have been rotated more often. */
const LOOKED_AT = 100

function time(ms: number): string {
  return new Date(ms).toISOString()
}
