import { cpSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { LOAD_CORE, startChild } from '../child.ts'
import { createDeployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { compareRates, measureRounds, startSide } from '../http-rounds.ts'
import { temporaryFolder } from '../workspace.ts'

const KEYS = 1_000

/** What it costs at full load that every use is counted and written. */
export async function measureAccounting(): Promise<Figure[]> {
  return [await compareOnAndOff(1), await compareOnAndOff(4)]
}

/** @param callers of each key; with more than one, each use is by another than the one before. */
async function compareOnAndOff(callers: number): Promise<Figure> {
  const { dataDir } = await createDeployment(KEYS)
  const withoutDir = temporaryFolder()
  cpSync(dataDir, withoutDir, { recursive: true })
  const { child: load } = await startChild('load', { args: [dataDir, String(callers)], core: LOAD_CORE })
  const rounds = await measureRounds({
    names: ['on', 'off'],
    start: async () => ({
      on: await startSide('accounting', [dataDir, 'on'], load),
      off: await startSide('accounting', [withoutDir, 'off'], load),
    }),
    generations: 2,
    roundsEach: 3,
    warmUpRequests: 40_000,
  })
  await load.end()
  const [used, unused] = [countUsed(dataDir), countUsed(withoutDir)]
  if (used !== KEYS || unused !== 0) throw new Error(`Uses of ${used} and of ${unused} keys were written.`)
  const each = callers === 1 ? 'one caller' : `${callers} callers`
  return compareRates(rounds, ['on', 'off'], {
    what: `verify over HTTP, usage accounting on, ${each} a key`,
    against: 'accounting off',
    target: { atLeast: 0.95 },
    notes: [
      `${KEYS.toLocaleString('en')} keys in turn, so ${(KEYS * callers).toLocaleString('en')} callers to write each second`,
    ],
  })
}

function countUsed(dataDir: string): unknown {
  const database = new Sqlite(join(dataDir, 'claviger.db'), { readonly: true })
  const used = database
    .prepare(
      `select count(*) from keys join key_uses on key_id = id where catalogue = 'product' and last_used_at is not null`,
    )
    .pluck()
    .get()
  database.close()
  return used
}
