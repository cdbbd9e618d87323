import { openVerifier } from '../verifier.ts'
import { listenWith } from './listen.ts'

// The same app, with usage accounting on or off. Off: who uses which key is not noted, so there is nothing to write.
const [dataDir = '', accounting = ''] = process.argv.slice(2)
const open = await openVerifier(dataDir)
if (accounting === 'off') open.usage.note = () => {}
await listenWith(open, open.customers)
