import { createHash } from 'node:crypto'
import { generateToken, type Product, type Secret } from '@claviger/core'
import type { Domain, Writes } from './ports.ts'

/** A secret, unprintable, and what of it may be shown. */
export interface NewSecret {
  prefix: string
  secret: Secret
}

/** The tag of a customer's key in this environment: the product's prefix, with the environment's own tag where it has one. */
export function tagOf(product: Pick<Product, 'prefix' | 'environments'>, environment: string | null): string {
  const tag = product.environments.find(({ id }) => id === environment)?.tag ?? null
  return tag === null ? product.prefix : `${product.prefix}_${tag}`
}

/** Every tag that a secret of this product can carry. */
export function tagsOf(product: Pick<Product, 'prefix' | 'environments'>): string[] {
  return [...new Set([product.prefix, ...product.environments.map(({ id }) => tagOf(product, id))])]
}

export function newSecret({ randomBytes }: Pick<Domain, 'randomBytes'>, tag: string): NewSecret {
  return generateToken(tag, randomBytes)
}

/** Stores the keyed digest of a secret as the key's live one. The secret itself goes nowhere but to whoever asked for it. */
export async function storeSecret(
  { serverKey }: Pick<Domain, 'serverKey'>,
  writes: Writes,
  keyId: string,
  { prefix, secret }: NewSecret,
  now: number,
): Promise<void> {
  const sha256 = createHash('sha256').update(secret.reveal()).digest()
  await writes.insertSecret({
    digest: serverKey.digest(sha256),
    serverKeyVersion: serverKey.version,
    keyId,
    prefix,
    state: 'current',
    createdAt: now,
    endsAt: null,
    imported: false,
    lastUsedAt: null,
  })
}
