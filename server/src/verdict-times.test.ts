import { Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { registerTimes } from './verdict-times.ts'

test('reads exactly as a histogram of the library that was told the same', async () => {
  const about = { name: 'seconds', help: 'How long' }
  const bounds = [0.001, 0.01, 0.1]
  const [ours, theirs] = [new Registry(), new Registry()]
  const note = registerTimes(ours, { ...about, bounds })
  const histogram = new Histogram({ ...about, buckets: bounds, registers: [theirs] })
  for (const seconds of [0, 0.0005, 0.001, 0.002, 0.05, 0.1, 0.25, 7]) {
    note(seconds)
    histogram.observe(seconds)
  }
  expect(await ours.metrics()).toBe(await theirs.metrics())
})
