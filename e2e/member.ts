import type { InvitationSent, Role } from '@claviger/core'
import type { Page } from 'playwright-core'
import type { Dashboard } from './dashboard.ts'

/** Somebody new who has joined the organization in this role, looking at their own browser. */
export async function openAs(dashboard: Dashboard, role: Role, name: string): Promise<Page> {
  const { operator, organization } = dashboard
  const { body } = await operator.connection.send<InvitationSent>(`/v1/organizations/${organization}/invitations`, {
    method: 'POST',
    body: { email: `${name.toLowerCase()}@example.com`, role },
  })
  if (body.link === null) throw new Error('the server sent the link by mail')
  const page = await dashboard.openApart(body.link, { storageState: { cookies: [], origins: [] } })
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password').fill('another good passphrase')
  await page.getByRole('button', { name: 'Join' }).click()
  await page.waitForURL('**/org_*/**')
  return page
}
