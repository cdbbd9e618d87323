import type { Verdict } from '../../server/src/engine/verifier.ts'
import { readDeployment } from '../deployment.ts'
import { openVerifier, questionFor } from '../verifier.ts'
import { listenWith } from './listen.ts'

// The same app with all that surrounds a verdict, the check of the service key included; the verdict on customers' keys
// is always the same one.
const [dataDir = ''] = process.argv.slice(2)
const deployment = readDeployment(dataDir)
const open = await openVerifier(dataDir)
const verdict = await open.customers.verify(questionFor(deployment.secrets[0] ?? ''))
await listenWith(open, { verify: (): Verdict => verdict })
