import { AppError, type Product } from '@claviger/core'
import type { Standing } from './actor.ts'

/** For how long after proving who they are somebody may do what asks for it. */
export const FRESH_MS = 10 * 60 * 1_000

/** Whether keys of this environment stand for the real thing, so that a screen left open must not be enough to change them. */
export function isProduction(product: Product, environment: string | null): boolean {
  return product.environments.some(({ id, production }) => id === environment && production)
}

/**
 * To be asked before a key of production is made, ended, or gets another secret.
 * @throws AppError `FRESH_SIGN_IN_REQUIRED` where a person has not shown lately who they are.
 */
export function requireFreshSignIn(
  product: Product,
  { confirmedAt }: Standing,
  environment: string | null,
  now: number,
): void {
  if (confirmedAt === null || now - confirmedAt < FRESH_MS || !isProduction(product, environment)) return
  throw new AppError(
    'FRESH_SIGN_IN_REQUIRED',
    `The environment ${environment} is a production environment: confirm who you are, then repeat this.`,
    { environment },
  )
}
