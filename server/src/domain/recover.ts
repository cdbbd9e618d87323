import type { Actor } from './actor.ts'
import { DEPLOYMENT_CHAIN } from './audit.ts'
import { applyChange, type ChangeParts, type Outcome, TOUCHES_NO_KEY } from './change.ts'
import type { Ending, EndingsJournal, Gap, KeyEnding } from './journal.ts'
import type { Writes } from './ports.ts'
import type { KeyRecord } from './records.ts'
import { endForPeople, PEOPLE_ACTIONS } from './recover-people.ts'

/** What was done about one gap. */
export interface Recovery {
  gap: Gap
  /** Those endings that the database had really forgotten. */
  applied: Ending[]
}

const NOTE = 'done again: the database had forgotten it'

/**
 * Compares the database with what was noted of it outside, and does again what it has forgotten: a key that was
 * revoked is revoked when this returns. To be called before any verdict is given. It can be interrupted anywhere and
 * called again.
 */
export async function recover(parts: ChangeParts, actor: Actor, journal: EndingsJournal): Promise<Recovery[]> {
  const recoveries: Recovery[] = []
  for (const gap of await journal.compare()) {
    const applied: Ending[] = []
    for (const ending of gap.endings) {
      if (await reapply(parts, actor, ending)) applied.push(ending)
    }
    await recordGap(parts, actor, gap, applied)
    await journal.close(gap)
    recoveries.push({ gap, applied })
  }
  return recoveries
}

const ACTIONS: Readonly<Record<KeyEnding['what'], string>> = {
  revoke: 'key.revoke',
  disable: 'key.disable',
  retire: 'key.retire',
  'finish-rotation': 'key.rotation.finish',
}

/** @returns false where the database knows it, or does not know what it was done to. */
async function reapply(parts: ChangeParts, actor: Actor, ending: Ending): Promise<boolean> {
  const { id } = ending
  if (ending.what === 'suspend') {
    const intent = { action: 'organization.suspend', scope: null }
    return (await applyChange(parts, actor, intent, (writes, now) => suspend(writes, id, now))).value
  }
  if (isOfKey(ending)) {
    // Of a service key, too: what is done to it is told apart by the event's target.
    const intent = { action: ACTIONS[ending.what], scope: null }
    return (await applyChange(parts, actor, intent, (writes, now) => endKey(writes, ending.what, id, now))).value
  }
  const intent = { action: PEOPLE_ACTIONS[ending.what], scope: null }
  return (await applyChange(parts, actor, intent, (writes, now) => endForPeople(writes, ending, NOTE, now))).value
}

function isOfKey(ending: Exclude<Ending, { what: 'suspend' }>): ending is KeyEnding {
  return ending.what in ACTIONS
}

async function suspend(writes: Writes, id: string, now: number): Promise<Outcome<boolean>> {
  const touched = [{ organizationId: id, addsSecret: false }]
  const organization = await writes.organization(id)
  if (!organization || organization.suspendedAt !== null) return { changed: false, value: false, touched }
  const { version, name } = organization
  await writes.updateOrganization({ ...organization, suspendedAt: now, updatedAt: now, version: version + 1 })
  const target = { type: 'organization', id, name }
  const changes = { suspendedAt: { before: null, after: now }, note: NOTE }
  return { changed: true, value: true, touched, audit: { organizationId: id, target, changes } }
}

async function endKey(writes: Writes, what: KeyEnding['what'], id: string, now: number): Promise<Outcome<boolean>> {
  const touched = [{ keyId: id, addsSecret: false }]
  const key = await writes.key(id)
  const ended = key && (await ENDS[what](writes, key, now))
  if (!ended) return { changed: false, value: false, touched }
  await writes.updateKey({ ...key, ...ended.fields, updatedAt: now, version: key.version + 1 })
  const target = { type: key.catalogue === 'service' ? 'service-key' : 'key', id, name: key.name }
  const changes = { ...ended.changes, note: NOTE }
  return { changed: true, value: true, touched, audit: { organizationId: key.organizationId, target, changes } }
}

interface Ended {
  fields: Partial<KeyRecord>
  changes: Record<string, unknown>
}

/** Each gives null where nothing is to be done. What is not a matter of the key's own fields is done by it at once. */
const ENDS: Readonly<
  Record<KeyEnding['what'], (writes: Writes, key: KeyRecord, now: number) => Promise<Ended | null>>
> = {
  async revoke(_writes, { revokedAt }, now) {
    if (revokedAt !== null) return null
    const fields = { revokedAt: now, revokeReason: null, revokeNote: NOTE }
    return { fields, changes: { revokedAt: { before: null, after: now } } }
  },

  async disable(_writes, { revokedAt, disabledAt }, now) {
    return revokedAt === null && disabledAt === null ? disabled(now) : null
  },

  async retire(writes, { id, revokedAt, disabledAt }, now) {
    if (revokedAt !== null) return null
    const known = await writes.secrets(id)
    if (known.length === 0 && disabledAt !== null) return null
    // Its present secret was made after what the database remembers: none that is known here may pass, also when
    // somebody enables the key.
    await writes.retireSecrets(id)
    const { fields, changes } = disabledAt === null ? disabled(now) : { fields: {}, changes: {} }
    const retired = known.map(({ prefix }) => prefix)
    return { fields: { ...fields, previousSecret: null }, changes: { ...changes, retiredSecrets: retired } }
  },

  async 'finish-rotation'(writes, { id, revokedAt, previousSecret }) {
    const previous = (await writes.secrets(id)).find(({ state }) => state === 'previous')
    if (revokedAt !== null || !previous) return null
    await writes.updateSecret({ ...previous, state: 'retired', endsAt: null })
    return {
      fields: { previousSecret: null },
      changes: { previousSecret: { before: previousSecret?.prefix ?? previous.prefix, after: null } },
    }
  },
}

function disabled(now: number): Ended {
  return { fields: { disabledAt: now }, changes: { disabledAt: { before: null, after: now } } }
}

/** The deployment's own log says from which version to which was lost; once, however often this is begun. */
async function recordGap(parts: ChangeParts, actor: Actor, gap: Gap, applied: readonly Ending[]): Promise<void> {
  const { id, from, to, common, unknownBefore } = gap
  const touched = TOUCHES_NO_KEY
  await applyChange(
    parts,
    actor,
    { action: 'database.rollback', scope: null },
    async (writes): Promise<Outcome<null>> => {
      const { events } = await writes.scanEvents({
        chain: DEPLOYMENT_CHAIN,
        filter: { target: id },
        order: 'newest-first',
        after: null,
        lastSequence: null,
        limit: 1,
      })
      if (events.length > 0) return { changed: false, value: null, touched }
      // Any of them may have been ended since, and sessions leave no deeds.
      await writes.endEverySession()
      const audit = {
        organizationId: null,
        target: { type: 'database', id, name: 'database' },
        changes: { version: { before: from, after: to }, common, unknownBefore, reapplied: applied.length },
      }
      return { changed: true, value: null, touched, audit }
    },
  )
}
