import type { AuditFilter, AuditLog } from '@claviger/sdk'
import { type Command, Option } from 'commander'
import { readId } from './arguments.ts'
import { readTime } from './times.ts'
import { UsageError } from './usage-error.ts'

export interface AuditFlags {
  org?: string
  key?: string
  actor?: string
  action?: string
  target?: string
  outcome?: 'success' | 'refused'
  request?: string
  since?: string
  until?: string
}

export function addAuditOptions(command: Command): Command {
  return command
    .option('--org <organization>', "org_…; without it the deployment's own log")
    .option('--key <key>', 'only what happened to this key of the organization, also when it is deleted')
    .option('--actor <id>', 'what this service key did')
    .option('--action <action>', "like key.revoke, or 'key.*' for all that begin with key.")
    .option('--target <id>', 'what was done to this')
    .addOption(new Option('--outcome <outcome>', 'what was done, or what was refused').choices(['success', 'refused']))
    .option('--request <id>', 'what came of this request, req_…')
    .option('--since <time>', 'not before, e.g. 2027-01-31')
    .option('--until <time>', 'before, e.g. 2027-02-01')
}

/** @throws UsageError */
export function readLog({ org, key }: AuditFlags): AuditLog {
  if (org === undefined) {
    if (key !== undefined) throw new UsageError('--key needs --org, the organization of the key')
    return {}
  }
  const organizationId = readId('organization', org)
  return key === undefined ? { organizationId } : { organizationId, keyId: readId('key', key) }
}

/** @throws UsageError */
export function readAuditFilter({
  key,
  actor,
  action,
  target,
  outcome,
  request,
  since,
  until,
}: AuditFlags): AuditFilter {
  if (key !== undefined && target !== undefined) throw new UsageError('--key and --target say the same; leave one out')
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(target !== undefined && { target }),
    ...(outcome !== undefined && { outcome }),
    ...(request !== undefined && { requestId: request }),
    ...(since !== undefined && { from: readTime('--since', since) }),
    ...(until !== undefined && { to: readTime('--until', until) }),
  }
}
