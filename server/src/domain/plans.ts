import type { Plan, Product } from '@claviger/core'
import { type Actor, requireUnbound } from './actor.ts'
import type { Reads } from './ports.ts'

export interface PlansInUse {
  /** Of the product file, in its order, each with how many organizations are on it. */
  offered: { plan: Plan; organizations: number }[]
  /** Those that organizations are on, and the product file no longer has. */
  gone: { id: string; organizations: number }[]
}

/** @throws AppError `FORBIDDEN` for whoever can reach one organization only. */
export async function listPlans(
  { database, product }: { database: Pick<Reads, 'organizationsByPlan'>; product: Pick<Product, 'plans'> },
  actor: Pick<Actor, 'boundTo' | 'ref'>,
): Promise<PlansInUse> {
  requireUnbound(actor)
  const counts = await database.organizationsByPlan()
  const known = new Set(product.plans.map(({ id }) => id))
  return {
    offered: product.plans.map((plan) => ({ plan, organizations: counts.get(plan.id) ?? 0 })),
    gone: [...counts].filter(([id]) => !known.has(id)).map(([id, organizations]) => ({ id, organizations })),
  }
}
