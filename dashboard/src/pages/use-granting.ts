import { useSuspenseQuery } from '@tanstack/react-query'
import { meQuery } from '../data/queries.ts'
import { type Granting, grantingOf } from '../forms/granting.ts'
import { useOrganization } from './use-organization.ts'

/** What whoever looks may grant in this organization. */
export function useGranting(): Granting {
  const { role, catalog } = useOrganization()
  const { data: me } = useSuspenseQuery(meQuery)
  return grantingOf(me.person.operator ? null : role, catalog)
}
