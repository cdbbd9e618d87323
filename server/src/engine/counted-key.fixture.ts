import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import { HOUR_MS } from '../domain/usage-records.ts'
import { startDomain, type TestOptions } from '../testing/test-domain.ts'

/** A key whose use is written when a test says so, and what was counted of it. */
export async function startWithKey(options: TestOptions = {}) {
  const server = await startDomain(options)
  const { domain, actor, database, clock, usage } = server
  // No timer writes in between.
  await usage.close()
  const organization = (await createOrganization(domain, actor, { name: 'Acme', plan: 'premium' })).value
  const issue = async () => (await issueKey(domain, actor, organization.id, { name: 'ci', scopes: ['*'] })).value
  const { key, secret } = await issue()
  /** Everything that was ever counted, by code. */
  const countsOf = async (subjectId: string) => {
    const rows = await database.usage(subjectId, 0, clock.now() + HOUR_MS, HOUR_MS)
    const codes = new Map<string, number>()
    for (const { code, count } of rows) codes.set(code, (codes.get(code) ?? 0) + count)
    return Object.fromEntries(codes)
  }
  return { ...server, organization, issue, key, secret, countsOf }
}
