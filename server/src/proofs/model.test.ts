import fc from 'fast-check'
import { describe, inject, test } from 'vitest'
import { steps } from './model-arbitraries.fixture.ts'
import { play } from './model-run.fixture.ts'
import { startProofServer } from './model-server.fixture.ts'
import { Stage } from './model-stage.fixture.ts'

/**
 * Random sequences of everything that can be asked about keys and organizations, each answer compared with what a
 * second, simple statement of the rules expects. A failure prints the shortest sequence found, all that was said in
 * it, and a seed.
 *
 * CLAVIGER_PROOF_RUNS: how many sequences, new ones each time; without it the same few are played each time, so that
 * a change is judged by what it does and not by chance. CLAVIGER_PROOF_SEED: a seed that was printed, to see those again.
 */
const RUNS = Number(process.env.CLAVIGER_PROOF_RUNS ?? (inject('engine') === 'postgres' ? 10 : 60))
const SEED = process.env.CLAVIGER_PROOF_SEED ?? (process.env.CLAVIGER_PROOF_RUNS === undefined ? '20261121' : undefined)

/** Far more than it takes, so that a failure has time to be made short. */
const LIMIT_MS = 120_000 + RUNS * 2_000

describe.each([true, false])('where keys have to be revoked before they are deleted: %s', (deleteRequiresRevoke) => {
  test('whatever is done in whatever order, every answer is as the rules say', { timeout: LIMIT_MS }, async () => {
    const server = await startProofServer(deleteRequiresRevoke)
    const property = fc.asyncProperty(steps, async (sequence) => {
      const stage = new Stage(server)
      try {
        await play(stage, sequence)
      } catch (error) {
        if (error instanceof Error) error.message += `\n${stage.trace}`
        throw error
      }
    })
    await fc.assert(property, {
      numRuns: RUNS / 2,
      interruptAfterTimeLimit: LIMIT_MS - 30_000,
      markInterruptAsFailure: true,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
    })
  })
})
