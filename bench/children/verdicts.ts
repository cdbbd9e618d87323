import { readDeployment } from '../deployment.ts'
import { codeNow, openVerifier, questionFor } from '../verifier.ts'

// Verifies the keys of a deployment in turn, all of them remembered, for as many milliseconds as a message says, and
// tells the microseconds of a verdict. Writing that each key was used, as a server does once a second, is part of it.
const [dataDir = ''] = process.argv.slice(2)
const { secrets } = readDeployment(dataDir)
const { customers, usage } = await openVerifier(dataDir)
for (const secret of secrets) await customers.verify(questionFor(secret))

process.on('message', (ms: number) => {
  void usPerVerdict(ms).then((us) => process.send?.(us))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function usPerVerdict(ms: number): Promise<number> {
  const began = performance.now()
  let verdicts = 0
  while (performance.now() - began < ms) {
    for (const secret of secrets) {
      const code = codeNow(customers.verify(questionFor(secret)))
      if (code !== 'VALID') throw new Error(`${code} instead of VALID`)
    }
    verdicts += secrets.length
  }
  await usage.flush()
  return ((performance.now() - began) * 1_000) / verdicts
}
