import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { EventFilter, EventPlace, EventScan, EventsFound } from '../domain/event-query.ts'
import { toEvent } from './rows.ts'
import type { Schema } from './schema.ts'

type OfEvents = ExpressionBuilder<Schema, 'audit_events'>
type Condition = (eb: OfEvents) => Expression<SqlBool>

/** As many rows one statement looks at. The embedded database answers nothing else meanwhile. */
const PORTION = 2_000

/** A part of a chain in the order of time: see `Reads.scanEvents`. */
export async function scanEvents(db: Kysely<Schema>, scan: EventScan): Promise<EventsFound> {
  const { filter, limit } = scan
  const rest = restOf(filter)
  const end = rest.length === 0 ? null : await endOfPortion(db, scan)
  let query = within(db, scan).selectAll()
  if (end !== null) query = query.where(reaches(scan, end))
  for (const condition of rest) query = query.where(condition)
  const events = (await query.limit(limit).execute()).map(toEvent)
  const last = events.length === limit ? events.at(-1) : undefined
  const next = last ? { at: last.at, sequence: last.sequence } : end
  // Others have their turn before the next part.
  if (next !== null) await new Promise(setImmediate)
  return { events, next }
}

/** The place of the last row that one statement looks at; null: it gets to the end. */
async function endOfPortion(db: Kysely<Schema>, scan: EventScan): Promise<EventPlace | null> {
  const row = await within(db, scan)
    .select(['at', 'sequence'])
    .limit(1)
    .offset(PORTION - 1)
    .executeTakeFirst()
  return row ?? null
}

/** The rows of a scan that its index finds, in its order. */
function within(db: Kysely<Schema>, { chain, filter, order, after, lastSequence }: EventScan) {
  const [column, value] = leadOf(filter)
  const direction = order === 'newest-first' ? 'desc' : 'asc'
  let query = db.selectFrom('audit_events').where('chain', '=', chain)
  if (column !== null) query = query.where(column, '=', value)
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('at', '<', filter.to)
  if (after !== null) query = query.where(compare(order === 'newest-first' ? '<' : '>', after))
  // As a sum, so that no index is chosen for it: nearly every event meets it.
  if (lastSequence !== null) query = query.where(sql<SqlBool>`sequence + 0 <= ${lastSequence}`)
  return query.orderBy('at', direction).orderBy('sequence', direction)
}

function reaches({ order }: EventScan, end: EventPlace): Condition {
  return compare(order === 'newest-first' ? '>=' : '<=', end)
}

function compare(operator: '<' | '<=' | '>' | '>=', { at, sequence }: EventPlace): Condition {
  return (eb) => eb(eb.refTuple('at', 'sequence'), operator, eb.tuple(at, sequence))
}

/** The condition that an index leads to; of several the one that fewest events meet. */
function leadOf({ requestId, target, actor }: EventFilter) {
  if (requestId !== undefined) return ['request_id', requestId] as const
  if (target !== undefined) return ['target_id', target] as const
  if (actor !== undefined) return ['actor_id', actor] as const
  return [null, null] as const
}

/** Conditions that no index helps with. */
function restOf(filter: EventFilter): Condition[] {
  const { target, actor, action, outcome, exceptChanges } = filter
  const [lead] = leadOf(filter)
  const rest: Condition[] = []
  if (target !== undefined && lead !== 'target_id') rest.push((eb) => eb('target_id', '=', target))
  if (actor !== undefined && lead !== 'actor_id') rest.push((eb) => eb('actor_id', '=', actor))
  if (outcome !== undefined) rest.push((eb) => eb('outcome', '=', outcome))
  if (exceptChanges !== undefined) rest.push((eb) => eb('changes_json', '!=', exceptChanges))
  if (action?.endsWith('.*')) {
    const start = action.slice(0, -1)
    rest.push(() => sql<SqlBool>`substr(action, 1, ${sql.lit(start.length)}) = ${start}`)
  } else if (action !== undefined) rest.push((eb) => eb('action', '=', action))
  return rest
}
