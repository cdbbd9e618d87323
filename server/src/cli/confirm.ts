import { createInterface } from 'node:readline/promises'
import { UsageError } from './usage-error.ts'

/** Somebody was asked and said no. */
export class Declined extends Error {
  override readonly name = 'Declined'
}

/**
 * Asks before something that cannot be undone.
 * @param question ends where the answer is typed; only made where somebody is there to read it.
 * @throws UsageError where nobody is, and --yes was not given; Declined for anything but a yes.
 */
export async function confirm(verb: string, yes: boolean | undefined, question: () => Promise<string>): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${verb} asks first, and there is no terminal to ask on; repeat with --yes`)
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const ended = new Promise<null>((resolve) => terminal.once('close', () => resolve(null)))
    const answer = await Promise.race([terminal.question(`${await question()} [y/N] `), ended])
    // The cursor still stands behind the question.
    if (answer === null) process.stderr.write('\n')
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Declined('nothing was changed')
  } finally {
    terminal.close()
  }
}
