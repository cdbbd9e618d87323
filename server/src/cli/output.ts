import { EXIT_CODES } from './exit-codes.ts'
import { printable, printableJson, withoutSecrets } from './printable.ts'

/**
 * What was asked for goes to standard output. Everything said about it goes to standard error, so that a pipe carries
 * the former alone.
 */

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** The answer of the server, as it came, in one line. */
export function printJson(answer: unknown): void {
  print(printableJson(answer))
}

/** Text as it comes, no faster than it is taken. A reader that goes away has seen enough. */
export async function printPieces(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (!process.stdout.write(piece)) {
      await new Promise<void>((resolve) => {
        process.stdout.once('drain', resolve).once('error', () => resolve())
      })
    }
    if (process.stdout.destroyed || process.stdout.errored) return
  }
}

export function note(text: string): void {
  say('note', text)
}

/** What to do next. */
export function hint(text: string): void {
  say('hint', text)
}

export function say(kind: 'error' | 'hint' | 'note', text: string): void {
  process.stderr.write(`${kind}: ${withoutSecrets(printable(text))}\n`)
}

/** A reader that has seen enough (`claviger org list | head -1`) is no fault of anybody; a full disk is one. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    say('error', `standard output cannot be written: ${error.message}`)
    process.exitCode = EXIT_CODES.fault.code
  })
  // There is nobody left to be told.
  process.stderr.on('error', () => {})
}
