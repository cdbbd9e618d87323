import type { Command } from 'commander'
import { readConfig } from '../config.ts'
import { readId, readList, readName } from './arguments.ts'
import { addProfileOption, addStorageOptions, type StorageFlags } from './local-options.ts'
import { note, print, printJson } from './output.ts'
import { addServiceKeysInUse } from './service-keys-in-use.ts'
import { facts } from './table.ts'

interface CreateFlags extends StorageFlags {
  profile?: string
  name: string
  scopes?: string
  org?: string
  json?: boolean
}

export function addServiceKey(program: Command): void {
  const serviceKey = program
    .command('service-key')
    .description('what your own backend calls Claviger with')
    .helpCommand(false)
  addServiceKeysInUse(serviceKey)
  const create = serviceKey
    .command('create')
    .description('create a service key on the database itself, also beside a running server')
    .requiredOption('--name <name>', 'what it is for, e.g. my-backend')
    .option('--scopes <list>', 'what it may do, e.g. keys:verify,keys:read (*: everything)')
    .option('--org <organization>', 'bind it to one organization, org_…')
  addProfileOption(addStorageOptions(create)).option('--json', 'print it as JSON').action(createServiceKey)
}

async function createServiceKey({ name, scopes, org, json, ...storage }: CreateFlags): Promise<void> {
  const input = {
    name: readName(name),
    ...(scopes !== undefined && { scopes: readList('--scopes', scopes) }),
    ...(org !== undefined && { organizationId: readId('organization', org) }),
  }
  const config = readConfig(storage, process.env)
  const { composeCommand } = await import('../commands.ts')
  const command = await composeCommand(config)
  try {
    const { value } = await command.issueServiceKey(input)
    const { key } = value
    // Only a repeated request gets none, and this one repeats nothing.
    const secret = value.secret?.reveal() ?? null
    const createdAt = new Date(key.createdAt).toISOString()
    if (json) {
      const { id, prefix, scopes: held, organizationId } = key
      return printJson({ id, secret, name: key.name, prefix, scopes: held, organizationId, createdAt })
    }
    print(
      facts([
        ['id', key.id],
        ['name', key.name],
        ['scopes', key.scopes.join(', ')],
        ['organization', key.organizationId],
      ]),
    )
    // Ready to be pasted, and the one place where it stands.
    print(`\nexport CLAVIGER_KEY=${secret}`)
    note('the secret is shown this once; keep it where secrets are kept')
  } finally {
    await command.close()
  }
}
