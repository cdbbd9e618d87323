import { startChild } from '../child.ts'
import type { Remembering } from '../children/remember.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { median } from '../statistics.ts'

const KEYS = 100_000
const ROUNDS = 3

/** What it takes to remember a key: everything that a verifier holds after as many cold verdicts, its tables included. */
export async function measureMemory(): Promise<Figure[]> {
  const { dataDir } = await createDeployment(KEYS)
  const { child } = await startChild('remember', { args: [dataDir], nodeFlags: ['--expose-gc'] })
  const rounds: Remembering[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await child.ask('again'))
  await child.end()
  const tablesMb = median(rounds.map(({ tables }) => tables)) / 1e6
  return [
    {
      what: 'memory per cached key',
      against: `${KEYS.toLocaleString('en')} keys of two scopes`,
      unit: 'bytes',
      rounds: rounds.map(({ total }) => total / KEYS),
      target: { atMost: 1_024 },
      notes: [
        'heap and external memory after a full collection, against before the verifier was opened',
        `${tablesMb.toFixed(1)} MB of it, whatever the number of keys, are tables made at the start`,
      ],
      limit: `${Math.round((tablesMb * 1e6) / KEYS)} B a key are tables made at the start; texts and lists that are alike in many keys are not shared`,
    },
  ]
}
