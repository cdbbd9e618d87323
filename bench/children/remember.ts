import { readDeployment } from '../deployment.ts'
import { openVerifier, questionFor } from '../verifier.ts'

export interface Remembering {
  /** Everything that the verifier holds, in bytes. */
  total: number
  /** What of it was there before the first key. */
  tables: number
}

// Remembers every key of a deployment and tells how much memory that took, once per message.
const [dataDir = ''] = process.argv.slice(2)
const { secrets } = readDeployment(dataDir)

process.on('message', () => {
  void remember(secrets).then((bytes) => process.send?.(bytes))
})
process.on('disconnect', () => process.exit())
// Code that is compiled on the way is no part of what a key takes.
await remember(secrets.slice(0, 2_000))
process.send?.('ready')

async function remember(wanted: readonly string[]): Promise<Remembering> {
  const before = usedBytes()
  const { customers, usage, memory, close } = await openVerifier(dataDir)
  const tables = usedBytes() - before
  for (const secret of wanted) await customers.verify(questionFor(secret))
  await usage.flush()
  if (memory.size !== wanted.length) throw new Error(`${memory.size} of ${wanted.length} keys are remembered.`)
  const total = usedBytes() - before
  await close()
  return { total, tables }
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Start with --expose-gc.')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
