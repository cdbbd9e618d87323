import { startChild } from '../child.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure, Target } from '../figure.ts'
import { installPeers } from '../peers/install.ts'
import type { PeerStart } from '../peers/peer-start.ts'
import { median, ratios } from '../statistics.ts'
import { temporaryFolder } from '../workspace.ts'

const KEYS = 1_000
const ROUNDS = 5
/** As long as a server gathers uses before it writes them. */
const ROUND_MS = 1_000

const READ_AND_TWO_WRITES =
  'theirs: a verdict reads the key and writes its last request and, separately, when it was updated'

/** The ways to run better-auth, by their names in `peers/better-auth.ts`. */
const WAYS: Readonly<Record<string, { against: string; target: Target | null; notes: readonly string[] }>> = {
  default: {
    against: 'better-auth 1.7.5, as its documentation begins',
    target: { atLeast: 200 },
    notes: [
      'theirs: SQLite as better-sqlite3 opens it (rollback journal, synchronous = FULL); rate limit on, raised from 10 a day',
      READ_AND_TWO_WRITES,
    ],
  },
  sqlite: {
    against: 'better-auth 1.7.5, fastest on SQLite',
    target: { atLeast: 200 },
    notes: ['theirs: write-ahead log, synchronous = NORMAL, rate limit off, deferUpdates on', READ_AND_TWO_WRITES],
  },
  memory: {
    against: 'better-auth 1.7.5, keys in memory only',
    target: null,
    notes: [
      'theirs: secondary storage that is a Map, rate limit off, deferUpdates on; the keys are in no database and are gone with the process',
    ],
  },
}

/** Verdicts a second in one process, against the API-key plugin of better-auth. */
export async function measureBetterAuth(): Promise<Figure[]> {
  installPeers()
  const { dataDir } = await createDeployment(KEYS)
  const folder = temporaryFolder()
  const figures: Figure[] = []
  const { child: ours } = await startChild('verdicts', { args: [dataDir] })
  await ours.ask(ROUND_MS)
  for (const [way, { against, target, notes }] of Object.entries(WAYS)) {
    const { child: theirs, first } = await startChild<PeerStart>('../peers/better-auth', {
      args: [folder, way, String(KEYS)],
    })
    await theirs.ask(ROUND_MS)
    const times = { ours: [] as number[], theirs: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      times.ours.push(await ours.ask(ROUND_MS))
      times.theirs.push(await theirs.ask(ROUND_MS))
    }
    await theirs.end()
    const [us, theirUs] = [median(times.ours), median(times.theirs)]
    figures.push({
      what: 'rate of verdicts in process',
      against,
      unit: 'ratio',
      rounds: ratios(times.theirs, times.ours),
      target,
      notes: [
        `${us.toFixed(2)} µs against ${theirUs.toFixed(0)} µs a verdict, ${KEYS.toLocaleString('en')} keys in turn, all found valid`,
        ...notes,
        `theirs: ${first.statementsPerVerdict} statements a verdict, counted while it was warmed up`,
        'ours: default durability (write-ahead log, synchronous = FULL), last uses written once a second and counted in',
      ],
      limit: `a verdict takes ${us.toFixed(2)} µs here and no more than ${theirUs.toFixed(0)} µs there`,
    })
  }
  await ours.end()
  return figures
}
