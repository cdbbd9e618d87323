import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { INSPECTED, InspectedMemory, type MemoryUse } from './inspected-memory.ts'
import { type MixedLoad, runMixedLoad } from './mixed-load.ts'
import { startServer } from './running-server.ts'
import { SeededRandom } from './seeded-random.ts'

const SECONDS = Number(process.env.PROOF_LOAD_SECONDS ?? (process.env.PROOF === 'full' ? 3_600 : 30))
const CLIENTS = 6
const SAMPLES = 15
/** Code is being compiled and caches are being filled until then; what grows later is a leak. */
const WARM_UP = SAMPLES / 3
/** What is retained for each answer in a leak worth the name: one small object, in the long run a fraction of one. */
const LEAK_BYTES = SECONDS > 600 ? 4 : 24
/** Code that is compiled late, and pages of caches. */
const NOISE_BYTES = 1.5 * 2 ** 20
const RSS_GROWTH_BYTES = 48 * 2 ** 20

interface Sample extends MemoryUse {
  answered: number
}

test('under mixed load memory stays flat', { timeout: SECONDS * 1_500 + 120_000 }, async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32))
  const server = await startServer({ profile: 'visitly', logLevel: 'fatal', nodeFlags: INSPECTED })
  const serviceKey = await server.createServiceKey()
  const load: MixedLoad = { answered: 0, stopped: false }
  const target = { address: server.address, serviceKey, tag: 'visitly' }
  const running = runMixedLoad(target, CLIENTS, load, new SeededRandom(seed))
  const memory = await InspectedMemory.of(server)
  const samples: Sample[] = []
  while (samples.length < SAMPLES) {
    await Promise.race([sleep((SECONDS * 1_000) / SAMPLES), running])
    samples.push({ answered: load.answered, ...(await memory.measure()) })
  }
  load.stopped = true
  await running
  memory.close()

  const settled = samples.slice(WARM_UP)
  const bytes = slopeOf(settled.map(({ answered, heapUsed, external }) => [answered, heapUsed + external]))
  const answered = load.answered - (settled[0]?.answered ?? 0)
  const half = Math.floor(settled.length / 2)
  const grown = medianRss(settled.slice(half)) - medianRss(settled.slice(0, half))
  const heaps = samples.map(({ heapUsed, external }) => ((heapUsed + external) / 2 ** 20).toFixed(1))
  const about = `${load.answered} answers, ${bytes.toFixed(2)} bytes kept for each, ${(grown / 2 ** 20).toFixed(1)} MB of RSS more; heap in MB: ${heaps.join(' ')}; seed ${seed}`
  console.info(about)
  expect(bytes * answered, about).toBeLessThan(LEAK_BYTES * answered + NOISE_BYTES)
  expect(grown, about).toBeLessThan(RSS_GROWTH_BYTES)
  expect((await server.stop()).code).toBe(0)
})

/** Theil and Sen's: the median of the slopes between any two points, which no single odd point can move. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], at) =>
    points.slice(at + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  )
  return median(slopes)
}

function medianRss(samples: readonly Sample[]): number {
  return median(samples.map(({ rss }) => rss))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new RangeError('there is no median of nothing')
  return middle
}
