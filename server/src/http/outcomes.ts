import type { onResponseHookHandler } from 'fastify'
import type { Logger } from 'pino'
import type { App } from './type-provider.ts'

/** Told of each request, verdicts aside. */
export type RequestWatch = (method: string, route: string, status: number, ms: number) => void

/** One line for each request that changed something or was refused; verdicts are counted, not logged. */
export function logOutcomes(app: App, log: Logger, watch: RequestWatch): void {
  const logOutcome: onResponseHookHandler = (request, reply, done) => {
    const { statusCode } = reply
    watch(request.method, request.routeOptions.url ?? '', statusCode, reply.elapsedTime)
    if (statusCode >= 400 || request.method !== 'GET') {
      log[levelOf(statusCode)](
        {
          requestId: request.id,
          method: request.method,
          // The route's pattern, never the URL as sent: that could hold anything.
          route: request.routeOptions.url ?? null,
          status: statusCode,
          actor: request.actor?.ref.id ?? null,
          ip: request.ip,
          ms: Math.round(reply.elapsedTime * 10) / 10,
        },
        'request',
      )
    }
    done()
  }
  app.addHook('onRoute', (route) => {
    if (!route.config?.quiet) route.onResponse = [route.onResponse ?? [], logOutcome].flat()
  })
}

function levelOf(status: number): 'error' | 'debug' | 'info' {
  // An outage is told by its own lines, which are bounded.
  if (status === 503) return 'debug'
  return status >= 500 ? 'error' : 'info'
}
