import { startChild } from '../child.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'

const KEYS = 100_000
const ROUNDS = 3

/** What it takes to remember a key: everything that a verifier holds after as many cold verdicts, its tables included. */
export async function measureMemory(): Promise<Figure[]> {
  const { dataDir } = await createDeployment(KEYS)
  const { child } = await startChild('remember', { args: [dataDir], nodeFlags: ['--expose-gc'] })
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push((await child.ask<number>('again')) / KEYS)
  await child.end()
  return [
    {
      what: 'memory per cached key',
      against: `${KEYS.toLocaleString('en')} keys of two scopes`,
      unit: 'bytes',
      rounds,
      target: { atMost: 1_024 },
      notes: ['heap and external memory after a full collection, against before the verifier was opened'],
      limit: 'strings and objects that are alike in many keys are held once for each of them',
    },
  ]
}
