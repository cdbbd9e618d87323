import type { KeyOrder, KeyQuery, Status } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { collect } from './arguments.ts'
import { readTime } from './times.ts'
import { UsageError } from './usage-error.ts'

export interface FilterFlags {
  status?: string[]
  environment?: string
  scope?: string
  createdBy?: string
  search?: string
  unusedSince?: string
  expiresBefore?: string
  sort?: KeyOrder
}

const STATUSES: readonly string[] = ['active', 'disabled', 'expired', 'pending', 'revoked'] satisfies Status[]
const SORTS = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'] as const

export function addFilterOptions(command: Command): Command {
  return command
    .option('--status <status>', `${STATUSES.join(', ')}; repeat for more`, collect)
    .option('--environment <id>', 'environment of the product file')
    .option('--scope <scope>', 'keys that may do this, by a wildcard too')
    .option('--created-by <id>', 'keys that this service key made')
    .option('--search <text>', 'a part of name, description or prefix')
    .option('--unused-since <time>', 'not used since, or never, e.g. 2027-01-31')
    .option('--expires-before <time>', 'e.g. 2027-01-31')
    .addOption(new Option('--sort <field>', 'with - the largest first').choices(SORTS.flatMap((by) => [by, `-${by}`])))
}

export function readFilter(flags: FilterFlags): KeyQuery {
  const { status, environment, scope, createdBy, search, unusedSince, expiresBefore, sort } = flags
  const unknown = status?.find((one) => !STATUSES.includes(one))
  if (unknown !== undefined) throw new UsageError(`--status must be one of ${STATUSES.join(', ')}; found "${unknown}"`)
  return {
    ...(status && { status: status as Status[] }),
    ...(environment !== undefined && { environment }),
    ...(scope !== undefined && { scope }),
    ...(createdBy !== undefined && { createdBy }),
    ...(search !== undefined && { q: search }),
    ...(unusedSince !== undefined && { unusedSince: readTime('--unused-since', unusedSince) }),
    ...(expiresBefore !== undefined && { expiresBefore: readTime('--expires-before', expiresBefore) }),
    ...(sort !== undefined && { sort }),
  }
}
