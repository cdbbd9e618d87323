import type { Page, PageRequest } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { hint, note, print, printJson } from './output.ts'
import { UsageError } from './usage-error.ts'

export interface ListFlags {
  limit?: number
  cursor?: string
  all?: boolean
  json?: boolean
}

export function addListOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'items on a page, 1 to 100 (50)', readLimit)
    .option('--cursor <cursor>', 'the page that an earlier one named as its next')
    .addOption(new Option('--all', 'all pages, as one table').conflicts(['limit', 'cursor', 'json']))
    .option('--json', "print the server's answer as JSON: one page")
}

interface Pages<T> {
  list(page: PageRequest): Promise<Page<T>>
  all(): AsyncIterable<T>
}

/** Prints a page, or all of them. `whenEmpty` says what to do about an empty list. */
export async function printList<T>(
  { limit, cursor, all, json }: ListFlags,
  pages: Pages<T>,
  toTable: (items: readonly T[]) => string,
  whenEmpty: string,
): Promise<void> {
  const page: Page<T> = all
    ? { items: await everyOne(pages.all()), nextCursor: null }
    : await pages.list({ ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) })
  if (json) return printJson(page)
  if (page.items.length === 0) return note(whenEmpty)
  print(toTable(page.items))
  if (page.nextCursor !== null) hint(`there are more: --cursor ${page.nextCursor}, or --all`)
}

async function everyOne<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

function readLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 100) throw new UsageError(`--limit must be a whole number from 1 to 100; found "${text}"`)
  return limit
}
