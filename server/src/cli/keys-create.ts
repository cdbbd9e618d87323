import type { CreateKeyRequest } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { collect, readGroups, readId, readList, readPairs } from './arguments.ts'
import { connect } from './connection.ts'
import { issuedKey } from './key-view.ts'
import { readCredits, readRateLimit } from './limits.ts'
import { note, print, printJson } from './output.ts'
import { readSpan, readTime } from './times.ts'

interface CreateFlags {
  org: string
  name: string
  description?: string
  environment?: string
  scopes?: string
  accessLevel?: string
  resource?: string[]
  allowedIp?: string[]
  rateLimit?: string
  credits?: string
  metadata?: string[]
  tag?: string[]
  externalId?: string
  expiresAt?: string
  expiresIn?: string
  json?: boolean
}

export function addKeysCreate(keys: Command): void {
  keys
    .command('create')
    .description('create a key; its secret is shown this once')
    .requiredOption('--org <organization>', 'the organization of the key, org_…')
    .requiredOption('--name <name>', 'what it is for, in a few words')
    .option('--description <text>', 'what else to know about it')
    .option('--environment <id>', 'environment of the product file')
    .addOption(new Option('--scopes <list>', 'what it may do, e.g. records:read,files:*').conflicts('accessLevel'))
    .option('--access-level <id>', 'the same by the name of an access level of the product file')
    .option('--resource <kind=id>', 'limit it to this one; repeat for more, left out it reaches all', collect)
    .option('--allowed-ip <range>', 'limit it to this address or CIDR range; repeat for more', collect)
    .option('--rate-limit <number/span>', 'e.g. 600/1m: as many requests in every minute')
    .option('--credits <number>', 'requests it has; 1000/day or 1000/month: and gets again')
    .option('--metadata <name=text>', 'told to your services with each verdict; repeat for more', collect)
    .option('--tag <tag>', 'repeat for more', collect)
    .option('--external-id <id>', 'your own id for it')
    .addOption(new Option('--expires-at <time>', 'e.g. 2027-01-31T09:30:00Z').conflicts('expiresIn'))
    .option('--expires-in <span>', 'e.g. 12h, 90d or 8w')
    .option('--json', "print the server's answer as JSON")
    .action(async (flags: CreateFlags, command: Command) => {
      const [organizationId, request] = [readId('organization', flags.org), readRequest(flags, Date.now())]
      const answer = await connect(command).keys.create(organizationId, request)
      if (flags.json) return printJson(answer)
      print(issuedKey(answer))
      note('the secret is shown this once; keep it where secrets are kept')
    })
}

/** What was not asked for is left out, so that the server's defaults hold. */
function readRequest(flags: CreateFlags, now: number): CreateKeyRequest {
  const { name, description, environment, accessLevel, externalId, scopes, resource, allowedIp, metadata, tag } = flags
  const { expiresAt, expiresIn } = flags
  return {
    name,
    ...(description !== undefined && { description }),
    ...(environment !== undefined && { environment }),
    ...(accessLevel !== undefined && { accessLevel }),
    ...(externalId !== undefined && { externalId }),
    ...(scopes !== undefined && { scopes: readList('--scopes', scopes) }),
    ...(resource && { resources: readGroups('--resource', resource) }),
    ...(allowedIp && { allowedIps: allowedIp }),
    ...(flags.rateLimit !== undefined && { rateLimit: readRateLimit('--rate-limit', flags.rateLimit) }),
    ...(flags.credits !== undefined && { credits: readCredits('--credits', flags.credits) }),
    ...(metadata && { metadata: readPairs('--metadata', metadata) }),
    ...(tag && { tags: tag }),
    ...(expiresAt !== undefined && { expiresAt: readTime('--expires-at', expiresAt) }),
    ...(expiresIn !== undefined && { expiresAt: readSpan('--expires-in', expiresIn, now) }),
  }
}
