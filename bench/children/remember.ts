import { readDeployment } from '../deployment.ts'
import { openVerifier, questionFor } from '../verifier.ts'

// Remembers every key of a deployment and tells how many bytes of memory that took, once per message.
const [dataDir = ''] = process.argv.slice(2)
const { secrets } = readDeployment(dataDir)

process.on('message', () => {
  void remember(secrets).then((bytes) => process.send?.(bytes))
})
process.on('disconnect', () => process.exit())
// Code that is compiled on the way is no part of what a key takes.
await remember(secrets.slice(0, 2_000))
process.send?.('ready')

async function remember(wanted: readonly string[]): Promise<number> {
  const before = usedBytes()
  const { customers, usage, memory, close } = await openVerifier(dataDir)
  for (const secret of wanted) await customers.verify(questionFor(secret))
  await usage.flush()
  if (memory.size !== wanted.length) throw new Error(`${memory.size} of ${wanted.length} keys are remembered.`)
  const bytes = usedBytes() - before
  await close()
  return bytes
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error('Start with --expose-gc.')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
