import { RIGHTS, type Right } from '@claviger/core'
import { ClavigerError } from '@claviger/sdk'
import { useSuspenseQueries } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { createContext, useContext, useMemo } from 'react'
import { catalogQuery, meQuery, organizationQuery, productQuery } from '../data/queries.ts'

type InOrganization = ReturnType<typeof useReadOrganization>

/** Read once for all: a list would otherwise ask for each of its rows. */
export const OrganizationContext = createContext<InOrganization | null>(null)

/** What every screen of an organization is made of. */
export function useOrganization(): InOrganization {
  const found = useContext(OrganizationContext)
  if (!found) throw new TypeError('Shell stands around every screen of an organization')
  return found
}

/** There before the screen is (see the route). */
export function useReadOrganization() {
  const id = useParams({ from: '/$organization', select: ({ organization }) => organization })
  const [organization, catalog, product, me] = useSuspenseQueries({
    queries: [organizationQuery(id), catalogQuery(id), productQuery, meQuery],
  })
  // Once it is out of reach, what was read of it before is nothing to go on showing.
  if (isOutOfReach(organization.error)) throw organization.error
  return useMemo(() => {
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
  }, [id, organization.data, catalog.data, product.data, me.data])
}

function isOutOfReach(error: unknown): boolean {
  return error instanceof ClavigerError && (error.status === 403 || error.status === 404)
}
