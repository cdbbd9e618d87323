import { destination } from 'pino'
import type { Verdict, Verifier } from '../../server/src/engine/verifier.ts'
import { buildApp } from '../../server/src/http/app.ts'
import { createLog } from '../../server/src/log.ts'
import { readDeployment } from '../deployment.ts'
import { openVerifier, questionFor } from '../verifier.ts'
import { reportSide } from './side.ts'

// The same app with all that surrounds a verdict, the check of the service key included; the verdict on customers' keys
// is always the same one.
const [dataDir = ''] = process.argv.slice(2)
const deployment = readDeployment(dataDir)
const { domain, customers, services } = await openVerifier(dataDir)
const verdict = await customers.verify(questionFor(deployment.secrets[0] ?? ''))
const constant: Pick<Verifier, 'verify'> = { verify: (): Verdict => verdict }

const app = await buildApp({
  domain,
  customers: constant as Verifier,
  services,
  log: createLog('warn', ['acme', 'clv'], destination({ dest: 2, sync: true })),
  reachable: async () => true,
  publicUrl: () => '',
  trustedProxies: [],
})
reportSide(await app.listen({ host: '127.0.0.1', port: 0 }))
