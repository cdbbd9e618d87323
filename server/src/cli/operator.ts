import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { readName } from './arguments.ts'
import { addProfileOption, addStorageOptions, type StorageFlags } from './local-options.ts'
import { note, print, printJson } from './output.ts'
import { facts } from './table.ts'
import { UsageError } from './usage-error.ts'

interface OperatorFlags extends StorageFlags {
  email: string
  name: string
  profile?: string
  publicUrl?: string
  resetTwoFactor?: boolean
  json?: boolean
}

export function addOperator(program: Command): void {
  const operator = program.command('operator').description('people who may do everything').helpCommand(false)
  const create = operator
    .command('create')
    .description('make an account one of an operator, on the database itself, and print a link that sets its password')
    .requiredOption('--email <address>', 'whose account; a new one where there is none')
    .requiredOption('--name <name>', 'of a new account, e.g. "Ada Lovelace"')
    .option('--reset-two-factor', 'ask no second step any more, of somebody who has lost it')
  addProfileOption(addStorageOptions(create))
    .option('--public-url <url>', 'where people reach the server (CLAVIGER_PUBLIC_URL)')
    .option('--json', 'print it as JSON')
    .action(createOperator)
}

async function createOperator({ email, name, resetTwoFactor = false, json, ...storage }: OperatorFlags): Promise<void> {
  const wish = { email: readEmail(email), name: readName(name), resetTwoFactor }
  const config = readConfig(storage, process.env)
  const { composeCommand } = await import('../commands.ts')
  const command = await composeCommand(config)
  try {
    const { person, link, linkEndsAt } = await command.makeOperator(wish)
    const { id, twoFactor } = person
    if (json) {
      return printJson({
        id,
        name: person.name,
        email: person.email,
        operator: person.operator,
        twoFactor,
        link,
        linkEndsAt,
      })
    }
    print(
      facts([
        ['id', id],
        ['name', person.name],
        ['email', person.email],
        ['second step', twoFactor ? 'on' : 'off'],
      ]),
    )
    print(`\n${link}`)
    note('whoever opens this link sets the password, once and within an hour; all their sessions end then')
  } finally {
    await command.close()
  }
}

const LONGEST_EMAIL = 254

function readEmail(email: string): string {
  if (email.length > LONGEST_EMAIL || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new UsageError('--email must be an e-mail address, like ada@example.com')
  }
  return email.toLowerCase()
}
