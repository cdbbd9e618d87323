import type { Deed, Ending, PersonEnding } from './journal.ts'

/** What one action on a key takes away, and how surely that is known from its name alone. */
type Effect = 'none' | 'ended' | 'off' | 'on' | 'replaced' | 'overlap-ended' | 'changed'

const EFFECTS: Readonly<Record<string, Effect>> = {
  'key.create': 'none',
  'key.import': 'none',
  'service-key.create': 'none',
  'key.revoke': 'ended',
  'key.decline': 'ended',
  'key.delete': 'ended',
  'service-key.revoke': 'ended',
  'key.disable': 'off',
  // Whose it is takes nothing from it.
  'key.owner': 'none',
  // News of it, and what was made in its place.
  'key.notify': 'none',
  'key.replace': 'none',
  'key.enable': 'on',
  'key.approve': 'on',
  'key.rotate': 'replaced',
  'key.rotation.cancel': 'replaced',
  'key.retire': 'replaced',
  'key.rotation.finish': 'overlap-ended',
}

/** The same of what is done to people, their memberships and invitations. */
const PEOPLE_EFFECTS: Readonly<Record<string, 'none' | PersonEnding['what']>> = {
  'member.remove': 'remove',
  'member.role': 'demote',
  // Sent again: the links sent before were to be over, and the later ones are not known.
  'invitation.resend': 'close',
  'invitation.revoke': 'close',
  'invitation.accept': 'close',
  'invitation.create': 'none',
  'deployment.set-up': 'none',
  'person.create': 'none',
  'person.edit': 'none',
  'person.sign-in': 'none',
  'person.provider.add': 'none',
  // Enabled since: the password alone is not to be enough again. Disabled since: the second step is asked for again.
  'person.two-factor.begin': 'none',
  'person.two-factor.enable': 'no-password',
  'person.two-factor.disable': 'none',
  'person.operator': 'no-operator',
  'person.password.change': 'no-password',
  'person.delete': 'expel',
  // All sessions end anyway where anything was forgotten.
  'session.confirm': 'none',
  'session.end': 'none',
}

/** What is done for a deed that nobody foresaw: whoever it was about loses what it could have taken. */
const UNFORESEEN = { mbr: 'demote', inv: 'close', usr: 'no-password' } as const

/** From the most that can be taken away to the least: the one that comes first is done. */
const GRAVEST: readonly PersonEnding['what'][] = ['expel', 'remove', 'demote', 'close', 'no-operator', 'no-password']

/** Whether an event is worth remembering outside the database: what only adds can be lost without reviving anything. */
export function isDeed(action: string, id: string): boolean {
  if (id.startsWith('org_')) return action !== 'organization.create'
  if (kindOf(id) !== null) return PEOPLE_EFFECTS[action] !== 'none'
  return id.startsWith('key_') && EFFECTS[action] !== 'none'
}

/**
 * What has to be done to a database that has forgotten these deeds, so that it lets nothing pass that they had ended.
 * An action that nobody foresaw counts as a change that may have taken anything away.
 * @param deeds in the order in which they were done.
 */
export function endingsOf(deeds: readonly Deed[]): Ending[] {
  const byId = new Map<string, string[]>()
  for (const [action, id] of deeds) {
    const actions = byId.get(id)
    if (actions) actions.push(action)
    else byId.set(id, [action])
  }
  return [...byId].flatMap(([id, actions]) => {
    const kind = kindOf(id)
    if (kind !== null) return personEndings(id, kind, actions)
    return id.startsWith('org_') ? organizationEnding(id, actions) : keyEndings(id, actions)
  })
}

function kindOf(id: string): keyof typeof UNFORESEEN | null {
  const [kind = ''] = id.split('_', 1)
  return Object.hasOwn(UNFORESEEN, kind) ? (kind as keyof typeof UNFORESEEN) : null
}

function personEndings(id: string, kind: keyof typeof UNFORESEEN, actions: readonly string[]): PersonEnding[] {
  const wanted = new Set(actions.map((action) => PEOPLE_EFFECTS[action] ?? UNFORESEEN[kind]))
  const endings = GRAVEST.filter((what) => wanted.has(what)).map((what) => ({ what, id }))
  // Who lost their account and who is no member any more has nothing else to lose.
  return ['expel', 'remove'].includes(endings[0]?.what ?? '') ? endings.slice(0, 1) : endings
}

function organizationEnding(id: string, actions: readonly string[]): Ending[] {
  if (actions.includes('organization.delete')) return [{ what: 'suspend', id }]
  const last = actions.findLast((action) => action === 'organization.suspend' || action === 'organization.resume')
  return last === 'organization.suspend' ? [{ what: 'suspend', id }] : []
}

function keyEndings(id: string, actions: readonly string[]): Ending[] {
  const effects = actions.map((action): Effect => EFFECTS[action] ?? 'changed')
  if (effects.includes('ended')) return [{ what: 'revoke', id }]
  if (effects.includes('replaced')) return [{ what: 'retire', id }]
  const endings: Ending[] = effects.includes('overlap-ended') ? [{ what: 'finish-rotation', id }] : []
  const last = effects.findLast((effect) => effect === 'off' || effect === 'on')
  return effects.includes('changed') || last === 'off' ? [...endings, { what: 'disable', id }] : endings
}
