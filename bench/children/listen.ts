import { destination } from 'pino'
import type { Verifier } from '../../server/src/engine/verifier.ts'
import { buildApp } from '../../server/src/http/app.ts'
import { createLog } from '../../server/src/log.ts'
import { createMetrics } from '../../server/src/metrics.ts'
import type { OpenVerifier } from '../verifier.ts'
import { reportSide } from './side.ts'

/** The app as it ships around a verifier of customers' keys that is not quite the one that ships. */
export async function listenWith(
  { domain, memory, identity, services }: OpenVerifier,
  customers: Pick<Verifier, 'verify'>,
): Promise<void> {
  const metrics = createMetrics({
    memory: () => ({ secrets: memory.size, absent: memory.absentSize }),
    usageLagMs: () => 0,
    trusted: () => true,
    suspects: () => 0,
    mails: () => ({ waiting: 0, ageMs: 0 }),
  })
  const app = await buildApp({
    domain,
    identity,
    customers: customers as Verifier,
    services,
    log: createLog('warn', ['acme', 'clv'], destination({ dest: 2, sync: true })),
    reachable: async () => true,
    metrics,
    publicUrl: () => '',
    trustedProxies: [],
  })
  reportSide(await app.listen({ host: '127.0.0.1', port: 0 }))
}
