import type { Product } from '@claviger/core'
import { tagsOf } from '../domain/new-secret.ts'
import { SERVICE_TAG } from '../domain/service-catalogue.ts'
import { type VerdictWatch, Verifier, type VerifierParts } from './verifier.ts'

/** One verifier for customers' keys and one for service keys, over the same memory. */
export function createVerifiers(
  parts: VerifierParts,
  product: Pick<Product, 'prefix' | 'environments' | 'scopes'>,
  watches: { customers?: VerdictWatch; services?: VerdictWatch } = {},
): { customers: Verifier; services: Verifier } {
  const kinds = new Map(product.scopes.map(({ id, resourceKinds }) => [id, resourceKinds]))
  const kindsOf = (scope: string) => kinds.get(scope) ?? []
  return {
    customers: new Verifier(parts, { catalogue: 'product', tags: tagsOf(product), kindsOf }, watches.customers),
    // Service keys' own scopes touch no resources.
    services: new Verifier(parts, { catalogue: 'service', tags: [SERVICE_TAG], kindsOf: () => [] }, watches.services),
  }
}
