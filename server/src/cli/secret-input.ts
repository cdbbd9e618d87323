import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { note } from './output.ts'
import { UsageError } from './usage-error.ts'

/** Far more than any secret, which the server then judges as it judges everything else. */
const MAX_BYTES = 16 * 1024

/** A secret from standard input; on a terminal it is typed or pasted without being shown. */
export async function readSecret(): Promise<string> {
  const text = process.stdin.isTTY ? await readHiddenLine() : await readAll()
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new UsageError('there is no secret on standard input')
  return secret
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new UsageError('there is more on standard input than a secret can be')
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function readHiddenLine(): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  // From here on the terminal does not echo; only then is anybody asked to type.
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  note('paste the secret and press Enter; it is not shown')
  try {
    return await Promise.race([
      terminal.question(''),
      new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
    ])
  } finally {
    terminal.close()
  }
}
