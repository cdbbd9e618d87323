import { coveringGrant } from '@claviger/core'
import { DAY_MS } from '../domain/usage-records.ts'

/** Of one secret: what need not be noted again within the day. */
export interface NotedScopes {
  /** Its beginning. */
  readonly day: number
  /** How often the recorder had lost something by then. */
  readonly losses: number
  /** Scopes as requests named them. */
  readonly asked: Set<string>
}

/** A scope as the key holds it, and the day on which it let somebody in, in days since 1970. */
export interface GrantUse {
  readonly grant: string
  readonly day: number
}

export function notesOfDay(at: number, losses: number): NotedScopes {
  return { day: Math.floor(at / DAY_MS) * DAY_MS, losses, asked: new Set() }
}

export function isSameDay({ day }: NotedScopes, at: number): boolean {
  return at >= day && at - day < DAY_MS
}

/** More than a product has scopes; what goes beyond is looked up anew each time, so that no key takes ever more memory. */
const MAX_ASKED = 256

/** Notes the grant that covers a scope which was asked for. @returns by how much what waits has grown. */
export function addScope(
  open: { scopes: GrantUse[] | null },
  noted: NotedScopes,
  scope: string,
  granted: readonly string[],
): number {
  if (noted.asked.size < MAX_ASKED) noted.asked.add(scope)
  const grant = coveringGrant(granted, scope)
  const day = noted.day / DAY_MS
  if (grant === null || open.scopes?.some((one) => one.grant === grant && one.day === day)) return 0
  open.scopes ??= []
  open.scopes.push({ grant, day })
  return 1
}
