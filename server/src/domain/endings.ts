import type { Deed, Ending } from './journal.ts'

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
  'key.enable': 'on',
  'key.approve': 'on',
  'key.rotate': 'replaced',
  'key.rotation.cancel': 'replaced',
  'key.retire': 'replaced',
  'key.rotation.finish': 'overlap-ended',
}

/** Whether an event is worth remembering outside the database: what only adds can be lost without reviving anything. */
export function isDeed(action: string, id: string): boolean {
  if (id.startsWith('org_')) return action !== 'organization.create'
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
  return [...byId].flatMap(([id, actions]) =>
    id.startsWith('org_') ? organizationEnding(id, actions) : keyEndings(id, actions),
  )
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
