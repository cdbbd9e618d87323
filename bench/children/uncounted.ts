import { openVerifier } from '../verifier.ts'
import { listenWith } from './listen.ts'

// The same app and the same verdicts; only who uses which key is not noted, and so not written.
const [dataDir = ''] = process.argv.slice(2)
const open = await openVerifier(dataDir)
open.usage.note = () => {}
await listenWith(open, open.customers)
