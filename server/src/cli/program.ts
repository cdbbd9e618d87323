import { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { addAudit } from './audit.ts'
import { addBackup, addRestore } from './backup.ts'
import { addConnectionOptions } from './connection.ts'
import { addDoctor } from './doctor.ts'
import { exitCodeHelp } from './exit-codes.ts'
import { addKeys } from './keys.ts'
import { addMigrate } from './migrate.ts'
import { addOperator } from './operator.ts'
import { addOrg } from './org.ts'
import { addPeople } from './people.ts'
import { addServe } from './serve.ts'
import { addServerKey } from './server-key.ts'
import { addServiceKey } from './service-key.ts'
import { UsageError } from './usage-error.ts'
import { addVerify } from './verify.ts'

/** The whole command line. Commander throws what it would print and exit with: there is one place for both. */
export function createProgram(): Command {
  const program = new Command('claviger')
    .description('Self-hosted API keys for any product')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .addHelpText('after', `\n${HELP}\n\n${exitCodeHelp()}`)
    .hook('preAction', (_program, command) => refuseConnection(program, command))
  addConnectionOptions(program)

  program.commandsGroup('On the machine of the server:')
  addServe(program)
  addMigrate(program)
  addServiceKey(program)
  addOperator(program)
  addBackup(program)
  addRestore(program)
  addServerKey(program)
  addDoctor(program)
  program.commandsGroup('From anywhere, with CLAVIGER_URL and CLAVIGER_KEY:')
  addOrg(program)
  addPeople(program)
  addKeys(program)
  addVerify(program)
  addAudit(program)
  return program
}

const HELP = `Results are printed on standard output, all else on standard error. With --json the
result is the server's answer, as one line of JSON.`

/** A flag that has no effect is a mistake of somebody who believes that it has one. */
function refuseConnection(program: Command, command: Command): void {
  // What can be told where its data is opens it itself.
  if (!command.options.some(({ long }) => long === '--data-dir')) return
  for (const [flag, value] of Object.entries({ '--url': program.opts().url, '--key-file': program.opts().keyFile })) {
    if (value === undefined) continue
    throw new UsageError(
      `${flag} is for commands that talk to a server; ${command.name()} works on the database itself`,
    )
  }
}
