import { readFileSync } from 'node:fs'
import type { ImportKeyRequest } from '@claviger/sdk'
import type { Command } from 'commander'
import { readId } from './arguments.ts'
import { connect } from './connection.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { note, print, printJson, say } from './output.ts'
import { printable } from './printable.ts'
import { UsageError } from './usage-error.ts'

/** As many as one call takes. */
const PORTION = 1_000

/** Bringing keys in from another system, and taking out what there is to know of them. */
export function addKeysMove(keys: Command): void {
  keys
    .command('import <file>')
    .description('take over keys by the SHA-256 their old home stored: JSON lines, "-" for standard input')
    .requiredOption('--org <organization>', 'the organization they belong to, org_…')
    .option('--json', "print the server's results as JSON, one line each")
    .action(async (file: string, { org, json }: { org: string; json?: boolean }, command: Command) => {
      const items = readItems(file)
      const { keys: client } = connect(command)
      const organizationId = readId('organization', org)
      let failed = 0
      for (let start = 0; start < items.length; start += PORTION) {
        const { items: results } = await client.import(organizationId, items.slice(start, start + PORTION))
        for (const [index, result] of results.entries()) {
          if (json) printJson(result)
          if (!('error' in result)) continue
          failed++
          if (!json) say('error', `line ${start + index + 1}: ${result.error.message} (${result.error.code})`)
        }
      }
      const imported = items.length - failed
      if (!json) print(printable(`${imported} of ${items.length} keys are imported`))
      if (failed > 0) process.exitCode = EXIT_CODES.conflict.code
    })

  keys
    .command('export')
    .description('print every key as one line of JSON; secrets are in none of them')
    .requiredOption('--org <organization>', 'the organization of the keys, org_…')
    .action(async ({ org }: { org: string }, command: Command) => {
      let count = 0
      for await (const key of connect(command).keys.all(readId('organization', org), {
        sort: 'createdAt',
        limit: 100,
      })) {
        printJson(key)
        count++
      }
      note(`${count} ${count === 1 ? 'key' : 'keys'}`)
    })
}

function readItems(file: string): ImportKeyRequest[] {
  const lines = readText(file)
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '')
  if (lines.length === 0) throw new UsageError('there is nothing to import: one JSON object a line is wanted')
  return lines.map(({ line, number }) => {
    try {
      const item: unknown = JSON.parse(line)
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) return item as ImportKeyRequest
    } catch {
      // Told below, without quoting a line that may hold a secret.
    }
    throw new UsageError(`line ${number} is not a JSON object, like {"name":"ci","sha256":"…"}`)
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UsageError(`the file cannot be read: ${(error as Error).message}`)
  }
}
