import { mayAssign, type Role } from '@claviger/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { meQuery } from '../../data/queries.ts'
import { useOrganization } from '../use-organization.ts'

/** @returns whether whoever looks may give, change or take away a role here. */
export function useAssigns(): (role: Role) => boolean {
  const { role } = useOrganization()
  const { data: me } = useSuspenseQuery(meQuery)
  return (other) => me.person.operator || (role !== null && mayAssign(role, other))
}
