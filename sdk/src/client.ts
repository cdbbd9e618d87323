import { type Accounts, createAccounts } from './accounts.ts'
import { type Audit, createAudit } from './audit.ts'
import { createDownload } from './download.ts'
import { createHealth, type Health } from './health.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createKeys, type Keys } from './keys.ts'
import { createMembers, type Members } from './members.ts'
import { type ClientOptions, readOptions } from './options.ts'
import { createOrganizations, type Organizations } from './organizations.ts'
import { createPeople, type People } from './people.ts'
import { createProduct, type GetProduct } from './product.ts'
import { createReports, type Reports } from './reports.ts'
import { createServiceKeys, type ServiceKeys } from './service-keys.ts'
import { createTransport } from './transport.ts'

/** Every call answers with what the server sent, or throws a `ClavigerError`. */
export interface Client {
  readonly organizations: Organizations
  readonly keys: Keys
  readonly serviceKeys: ServiceKeys
  readonly audit: Audit
  readonly health: Health
  readonly members: Members
  readonly invitations: Invitations
  readonly reports: Reports
  readonly accounts: Accounts
  readonly people: People
  readonly product: GetProduct
}

/**
 * A client of one server, for one credential. It opens nothing until it is called, and keeps no state.
 * @throws TypeError on options that cannot work.
 */
export function createClient(options: ClientOptions): Client {
  const settings = readOptions(options)
  const send = createTransport(settings)
  return Object.freeze({
    organizations: createOrganizations(send),
    keys: createKeys(send),
    serviceKeys: createServiceKeys(send),
    audit: createAudit(send, createDownload(settings)),
    health: createHealth(send),
    members: createMembers(send),
    invitations: createInvitations(send),
    reports: createReports(send),
    accounts: createAccounts(send),
    people: createPeople(send),
    product: createProduct(send),
  })
}
