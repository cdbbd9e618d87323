import { LOAD_CORE, startChild } from '../child.ts'
import { createDeployment, type Deployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { compareRates, measureRounds, type Round, startSide } from '../http-rounds.ts'
import { median } from '../statistics.ts'

const FEW_KEYS = 1_000

type Name = 'thousand' | 'million' | 'million, accounting off'

/** Verdicts on keys drawn at random from the many that are asked about, against a deployment that has few. */
export async function measureMillionHttp(among: Deployment): Promise<Figure[]> {
  const few = await createDeployment(FEW_KEYS)
  const { child: fewLoad } = await startChild('load', { args: [few.dataDir], core: LOAD_CORE })
  const { child: manyLoad } = await startChild('load', { args: [among.dataDir], core: LOAD_CORE })
  const rounds = await measureRounds<Name>({
    names: ['thousand', 'million', 'million, accounting off'],
    start: async () => ({
      thousand: await startSide('accounting', [few.dataDir, 'on'], fewLoad),
      million: await startSide('accounting', [among.dataDir, 'on'], manyLoad),
      'million, accounting off': await startSide('accounting', [among.dataDir, 'off'], manyLoad),
    }),
    generations: 1,
    roundsEach: 6,
    // Each key once: from then on all of them are remembered.
    warmUpRequests: among.secrets.length,
    drawn: true,
  })
  for (const load of [fewLoad, manyLoad]) await load.end()
  const many = among.secrets.length.toLocaleString('en')
  return [
    compareRates(rounds, ['million', 'thousand'], {
      what: `verify over HTTP, ${many} keys among a million`,
      against: `${FEW_KEYS.toLocaleString('en')} keys`,
      target: { atLeast: 0.9 },
      notes: ['each key drawn at random, all of them remembered'],
      limit: explain(rounds, many),
    }),
    compareRates(rounds, ['million', 'million, accounting off'], {
      what: `usage accounting on, ${many} keys among a million`,
      against: 'accounting off',
      target: null,
    }),
  ]
}

function explain(rounds: Record<Name, Round[]>, many: string): string {
  const us = (name: Name) => median(rounds[name].map(({ cpuUs }) => cpuUs))
  const more = us('million') - us('thousand')
  const accounting = us('million') - us('million, accounting off')
  return (
    `a request costs ${more.toFixed(1)} µs more; to account for the use of keys that are seldom the same takes ` +
    `${accounting.toFixed(1)} µs of a request, and ${many} keys do not fit into the processor's caches`
  )
}
