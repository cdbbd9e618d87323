import { AppError } from '@claviger/core'
import { Type } from 'typebox'
import type { App } from '../type-provider.ts'

const Ok = Type.Object({ status: Type.Literal('ok') })

/** For whoever watches the process and whoever sends it traffic. */
export function registerHealth(app: App, reachable: () => Promise<boolean>): void {
  app.get(
    '/healthz',
    {
      config: { access: 'anyone' },
      schema: { tags: ['operation'], summary: 'The process runs', response: { 200: Ok } },
    },
    () => ({ status: 'ok' }),
  )

  app.get(
    '/readyz',
    {
      config: { access: 'anyone' },
      schema: { tags: ['operation'], summary: 'Verdicts can be answered', response: { 200: Ok } },
    },
    async () => {
      if (!(await reachable())) throw new AppError('UNAVAILABLE', 'The database cannot be reached.')
      return { status: 'ok' }
    },
  )
}
