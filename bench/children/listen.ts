import { destination } from 'pino'
import type { Verifier } from '../../server/src/engine/verifier.ts'
import { buildApp } from '../../server/src/http/app.ts'
import { createLog } from '../../server/src/log.ts'
import type { OpenVerifier } from '../verifier.ts'
import { reportSide } from './side.ts'

/** The app as it ships around a verifier of customers' keys that is not quite the one that ships. */
export async function listenWith(
  { domain, services }: OpenVerifier,
  customers: Pick<Verifier, 'verify'>,
): Promise<void> {
  const app = await buildApp({
    domain,
    customers: customers as Verifier,
    services,
    log: createLog('warn', ['acme', 'clv'], destination({ dest: 2, sync: true })),
    reachable: async () => true,
    publicUrl: () => '',
    trustedProxies: [],
  })
  reportSide(await app.listen({ host: '127.0.0.1', port: 0 }))
}
