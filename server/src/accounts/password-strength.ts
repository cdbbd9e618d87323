import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { invalidField } from '../domain/refusals.ts'

/** What somebody who tries the likeliest passwords first finds within a million of them is too weak. */
const LEAST_SCORE = 2

/** Judging holds up everything else, and longer the more there is to judge: what begins well is good. */
const JUDGED = 48

let estimator: Promise<ZxcvbnFactory> | undefined

/**
 * Refuses passwords that are easily guessed, whatever they are made of: common ones (ASVS 5.0, 6.2.4), their
 * variations, sequences, repetitions, and the person's own address.
 * @throws AppError `VALIDATION_FAILED` for `field`.
 */
export async function requireStrong(
  password: string,
  { email, name }: { email: string; name: string },
  productName: string,
  field: string,
): Promise<void> {
  if (password.toLowerCase().includes(email.toLowerCase())) {
    throw invalidField(field, 'must not contain the e-mail address')
  }
  // A few thousand words, read when the first password is set.
  estimator ??= loadEstimator()
  const words = [...email.split('@'), ...name.split(/\s+/), productName].filter((word) => word !== '')
  const { score } = (await estimator).check(password.slice(0, JUDGED), words)
  if (score < LEAST_SCORE) {
    throw invalidField(
      field,
      'is too easily guessed; use a few words that do not belong together, or a password manager',
    )
  }
}

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
}
