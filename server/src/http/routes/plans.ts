import { listPlans } from '../../domain/plans.ts'
import type { Domain } from '../../domain/ports.ts'
import { actorOf } from '../access.ts'
import { presentPlan } from '../present.ts'
import { PlanListShape } from '../schemas/organizations.ts'
import type { App } from '../type-provider.ts'

/** What organizations can be put on. */
export function registerPlans(app: App, domain: Domain): void {
  app.get(
    '/v1/plans',
    {
      config: { access: { service: 'organizations:read' }, action: 'plan.list' },
      schema: {
        tags: ['organizations'],
        summary: 'List the plans of the product file, and how many organizations are on each',
        response: { 200: PlanListShape },
      },
    },
    async (request) => {
      const { offered, gone } = await listPlans(domain, actorOf(request))
      return {
        items: offered.map(({ plan, organizations }) => ({
          ...presentPlan(plan),
          selfService: plan.selfService,
          organizations,
        })),
        gone,
      }
    },
  )
}
