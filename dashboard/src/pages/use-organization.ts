import { RIGHTS, type Right } from '@claviger/core'
import { ClavigerError } from '@claviger/sdk'
import { useSuspenseQueries } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { catalogQuery, meQuery, organizationQuery, productQuery } from '../data/queries.ts'

/** What every screen of an organization is made of; there before the screen is (see the route). */
export function useOrganization() {
  const id = useParams({ from: '/$organization', select: ({ organization }) => organization })
  const [organization, catalog, product, me] = useSuspenseQueries({
    queries: [organizationQuery(id), catalogQuery(id), productQuery, meQuery],
  })
  // Once it is out of reach, what was read of it before is nothing to go on showing.
  if (isOutOfReach(organization.error)) throw organization.error
  const { screen, name } = product.data
  const { person, memberships } = me.data
  const membership = memberships.find((one) => one.organization.id === id)
  const rights: readonly Right[] = person.operator ? RIGHTS : (membership?.rights ?? [])
  return {
    id,
    organization: organization.data,
    catalog: catalog.data,
    productName: name,
    screen,
    words: screen.words,
    role: membership?.role ?? null,
    may: (right: Right) => rights.includes(right),
  }
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof ClavigerError && (error.status === 403 || error.status === 404)
}
