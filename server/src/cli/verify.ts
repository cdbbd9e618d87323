import type { VerifyAnswer, VerifyRequest } from '@claviger/sdk'
import type { Command } from 'commander'
import { collect, readId, readList, readPairs } from './arguments.ts'
import { connect } from './connection.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { verifiedKey } from './key-view.ts'
import { note, print, printJson } from './output.ts'
import { printable } from './printable.ts'
import { readSecret } from './secret-input.ts'

interface VerifyFlags {
  scopes?: string
  org?: string
  ip?: string
  resource?: string[]
  json?: boolean
}

export function addVerify(program: Command): void {
  program
    .command('verify <secret>')
    .description('ask whether a key may pass; "-" reads the secret from standard input, which other users cannot see')
    .option('--scopes <list>', 'it must hold all of these, e.g. records:read,files:read')
    .option('--org <organization>', 'it must belong to this one, org_…')
    .option('--ip <address>', 'where the request comes from')
    .option('--resource <kind=id>', 'what the request is about; repeat for other kinds', collect)
    .option('--json', "print the server's answer as JSON")
    .action(async (secret: string, flags: VerifyFlags, command: Command) => {
      const [question, { keys }] = [readQuestion(flags), connect(command)]
      const isArgument = secret !== '-'
      const answer = await keys.verify({ key: isArgument ? secret : await readSecret(), ...question })
      if (!answer.valid) process.exitCode = EXIT_CODES.denied.code
      if (flags.json) return printJson(answer)
      print(verdict(answer))
      if (isArgument) note('arguments are seen by everybody on this machine; "claviger verify -" reads standard input')
    })
}

function readQuestion({ scopes, org, ip, resource }: VerifyFlags): Omit<VerifyRequest, 'key'> {
  return {
    ...(scopes !== undefined && { scopes: readList('--scopes', scopes) }),
    ...(org !== undefined && { organizationId: readId('organization', org) }),
    ...(ip !== undefined && { ip }),
    ...(resource && { resources: readPairs('--resource', resource) }),
  }
}

function verdict(answer: VerifyAnswer): string {
  return answer.valid ? `VALID\n${verifiedKey(answer)}` : printable(`${answer.code}: ${answer.message}`)
}
