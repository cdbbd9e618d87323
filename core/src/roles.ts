/** What people may be in an organization, the mightiest first. */
export const ROLES = ['owner', 'admin', 'developer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What a person can be allowed to do in an organization. Most are named as the scopes of service keys are. */
export const RIGHTS = [
  'organizations:read',
  'organizations:write',
  'keys:read',
  'keys:write',
  'keys:approve',
  'members:read',
  'members:write',
  'audit:read',
  'usage:read',
] as const
export type Right = (typeof RIGHTS)[number]

const LOOK = ['organizations:read', 'keys:read', 'members:read', 'audit:read', 'usage:read'] as const satisfies Right[]
const MAKE = [...LOOK, 'keys:write'] as const satisfies Right[]
const LEAD = [...MAKE, 'keys:approve', 'members:write'] as const satisfies Right[]

/** Who may do what: the one table that server and screens read. */
export const ROLE_RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  owner: [...LEAD, 'organizations:write'],
  admin: LEAD,
  developer: MAKE,
  viewer: LOOK,
}

export function mayDo(role: Role, right: Right): boolean {
  return ROLE_RIGHTS[role].includes(right)
}

/** Whether somebody of this role may give, change or take away that one: nobody raises anyone above themselves. */
export function mayAssign(role: Role, other: Role): boolean {
  return mayDo(role, 'members:write') && ROLES.indexOf(role) <= ROLES.indexOf(other)
}
