import { AppError } from '@claviger/core'
import { Type } from 'typebox'
import type { App } from '../type-provider.ts'

const Ok = Type.Object({ status: Type.Literal('ok') })

/** What Prometheus reads. */
export interface Exposition {
  readonly contentType: string
  text(): Promise<string>
}

/** For whoever watches the process and whoever sends it traffic. */
export function registerHealth(app: App, reachable: () => Promise<boolean>, metrics: Exposition): void {
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

  app.get(
    '/metrics',
    {
      config: { access: 'anyone' },
      // Not of the API: it has a format and readers of its own.
      schema: { hide: true },
    },
    async (_request, reply) => {
      reply.type(metrics.contentType)
      return metrics.text()
    },
  )
}
