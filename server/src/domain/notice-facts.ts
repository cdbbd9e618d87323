/** What people are told by mail, and the facts each notice is made of. No fact is a secret, and none is a link. */

type Kind = 'text' | 'text or nothing' | 'time' | 'decision' | 'stop or nothing'

const OF_A_KEY = {
  organizationId: 'text',
  keyId: 'text',
  keyName: 'text',
  environment: 'text or nothing',
} as const

/** Times are milliseconds since 1970; who did something is told by name. */
export const NOTICES = {
  invitation: { invitationId: 'text' },
  'password-reset': { personId: 'text' },
  'new-sign-in': { personId: 'text', ip: 'text or nothing', userAgent: 'text or nothing', at: 'time' },
  'approval-asked': { ...OF_A_KEY, askedBy: 'text' },
  'approval-decided': { ...OF_A_KEY, decision: 'decision', decidedBy: 'text' },
  'key-created': { ...OF_A_KEY, by: 'text', at: 'time' },
  'key-compromised': { ...OF_A_KEY, by: 'text', at: 'time' },
  'compromise-reported': { ...OF_A_KEY, by: 'text', at: 'time', stopped: 'stop or nothing' },
} as const satisfies Record<string, Record<string, Kind>>

export const DECISIONS = ['approved', 'declined'] as const
/** What ends a secret that has come into wrong hands. */
export const STOPS = ['revoked', 'deleted', 'rotated'] as const
export type Stop = (typeof STOPS)[number]

interface Kinds {
  text: string
  'text or nothing': string | null
  time: number
  decision: (typeof DECISIONS)[number]
  'stop or nothing': Stop | null
}

export type NoticeName = keyof typeof NOTICES
export type Facts<Name extends NoticeName> = {
  [Fact in keyof (typeof NOTICES)[Name]]: Kinds[(typeof NOTICES)[Name][Fact] & Kind]
}
/** A notice with its facts. */
export type QueuedNotice = { [Name in NoticeName]: { notice: Name; facts: Facts<Name> } }[NoticeName]

/** @returns null for what this version does not know: another one may have queued it. */
export function readNotice(notice: string, facts: Readonly<Record<string, unknown>>): QueuedNotice | null {
  if (!Object.hasOwn(NOTICES, notice)) return null
  const kinds: Readonly<Record<string, Kind>> = NOTICES[notice as NoticeName]
  const sound = Object.entries(kinds).every(([fact, kind]) => IS[kind](facts[fact]))
  return sound ? ({ notice, facts } as QueuedNotice) : null
}

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  'text or nothing': (value) => value === null || typeof value === 'string',
  time: (value) => Number.isSafeInteger(value),
  decision: (value) => DECISIONS.some((decision) => decision === value),
  'stop or nothing': (value) => value === null || STOPS.some((stop) => stop === value),
}

export const MAIL_OUTCOMES = ['sent', 'dropped', 'refused', 'expired', 'postponed'] as const
/**
 * What became of a mail: `dropped`: its cause was over; `refused`: it will never be taken; `expired`: nobody took it in
 * three days; `postponed`: of one attempt, there will be another.
 */
export type MailOutcome = (typeof MAIL_OUTCOMES)[number]
