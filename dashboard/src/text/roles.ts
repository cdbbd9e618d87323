import type { Role } from '@claviger/core'

/** What people may be, in words. */
export const ROLE_TEXTS: Readonly<Record<Role, { label: string; about: string }>> = {
  owner: { label: 'Owner', about: 'Everything, the plan and the billing contact included' },
  admin: { label: 'Admin', about: 'Keys, approvals and members' },
  developer: { label: 'Developer', about: 'Makes and changes keys' },
  viewer: { label: 'Viewer', about: 'Sees everything, changes nothing' },
}

/** `a developer`, `an owner`. */
export function aRole(role: Role): string {
  const name = ROLE_TEXTS[role].label.toLowerCase()
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`
}

/** `an owner or an admin`. */
export function anyRole(roles: readonly Role[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(roles.map(aRole))
}
