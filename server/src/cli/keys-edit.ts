import type { EditKeyRequest } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { collect, readGroups, readId, readList, readPairs } from './arguments.ts'
import { connect } from './connection.ts'
import { keyFacts } from './key-view.ts'
import { readCredits, readRateLimit } from './limits.ts'
import { note, print, printJson } from './output.ts'
import { readSpan, readTime } from './times.ts'
import { UsageError } from './usage-error.ts'

interface EditFlags {
  org: string
  name?: string
  description?: string
  scopes?: string
  accessLevel?: string
  resource?: string[]
  allResources?: boolean
  allowedIp?: string[]
  anyIp?: boolean
  rateLimit?: string
  credits?: string
  metadata?: string[]
  tag?: string[]
  externalId?: string
  expiresAt?: string
  expiresIn?: string
  neverExpires?: boolean
  ifVersion?: string
  json?: boolean
}

export function addKeysEdit(keys: Command): void {
  keys
    .command('edit <key>')
    .description('change a key; its secret stays the same')
    .requiredOption('--org <organization>', 'the organization of the key, org_…')
    .option('--name <name>', 'what it is for, in a few words')
    .option('--description <text>', 'what else to know about it; empty removes it')
    .addOption(new Option('--scopes <list>', 'what it may do from now on').conflicts('accessLevel'))
    .option('--access-level <id>', 'the same by the name of an access level of the product file')
    .addOption(new Option('--resource <kind=id>', 'limit it to these of their kind').argParser(collect))
    .addOption(new Option('--all-resources', 'limit it to no resources').conflicts('resource'))
    .addOption(new Option('--allowed-ip <range>', 'limit it to these addresses').argParser(collect))
    .addOption(new Option('--any-ip', 'limit it to no addresses').conflicts('allowedIp'))
    .option('--rate-limit <number/span>', 'e.g. 600/1m, or none')
    .option('--credits <number>', 'e.g. 1000 or 1000/day, or none')
    .option('--metadata <name=text>', 'replaces all of its metadata; repeat for more', collect)
    .option('--tag <tag>', 'replaces all of its tags; repeat for more', collect)
    .option('--external-id <id>', 'your own id for it; empty removes it')
    .addOption(new Option('--expires-at <time>', 'e.g. 2027-01-31T09:30:00Z').conflicts(['expiresIn', 'neverExpires']))
    .addOption(new Option('--expires-in <span>', 'e.g. 12h, 90d or 8w').conflicts('neverExpires'))
    .option('--never-expires', 'take its expiry away')
    .option('--if-version <number>', 'only if it has not changed since this version')
    .option('--json', "print the server's answer as JSON")
    .action(async (id: string, flags: EditFlags, command: Command) => {
      const names = [readId('organization', flags.org), readId('key', id)] as const
      const patch = readPatch(flags, Date.now())
      if (Object.keys(patch).length === 0) throw new UsageError('nothing to change: name at least one field')
      const answer = await connect(command).keys.edit(...names, patch, readVersion(flags.ifVersion))
      if (flags.json) return printJson(answer)
      print(keyFacts(answer.key))
      note('the secret is the same as before')
    })
}

/** What was not asked for is left out, and stays as it is. */
function readPatch(flags: EditFlags, now: number): EditKeyRequest {
  const { name, description, accessLevel, externalId, scopes, resource, allowedIp, metadata, tag } = flags
  const { expiresAt, expiresIn } = flags
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description: description || null }),
    ...(accessLevel !== undefined && { accessLevel }),
    ...(externalId !== undefined && { externalId: externalId || null }),
    ...(scopes !== undefined && { scopes: readList('--scopes', scopes) }),
    ...(resource && { resources: readGroups('--resource', resource) }),
    ...(flags.allResources && { resources: null }),
    ...(allowedIp && { allowedIps: allowedIp }),
    ...(flags.anyIp && { allowedIps: null }),
    ...(flags.rateLimit !== undefined && {
      rateLimit: flags.rateLimit === 'none' ? null : readRateLimit('--rate-limit', flags.rateLimit),
    }),
    ...(flags.credits !== undefined && {
      credits: flags.credits === 'none' ? null : readCredits('--credits', flags.credits),
    }),
    ...(metadata && { metadata: readPairs('--metadata', metadata) }),
    ...(tag && { tags: tag }),
    ...(expiresAt !== undefined && { expiresAt: readTime('--expires-at', expiresAt) }),
    ...(expiresIn !== undefined && { expiresAt: readSpan('--expires-in', expiresIn, now) }),
    ...(flags.neverExpires && { expiresAt: null }),
  }
}

function readVersion(text: string | undefined): { ifVersion?: number } {
  if (text === undefined) return {}
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--if-version must be a whole number; found "${text}"`)
  return { ifVersion: Number(text) }
}
