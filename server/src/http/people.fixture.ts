import { randomBytes } from 'node:crypto'
import { newId, type Role } from '@claviger/core'
import { hashPassword } from 'better-auth/crypto'
import type { Actor } from '../domain/actor.ts'
import { type CallOptions, TEST_URL, type TestApp, type TestOptions } from '../testing/test-domain.ts'
import { startWithOrganization } from './organization.fixture.ts'

export const ORIGIN = { origin: TEST_URL }
export const PASSWORD = 'correct horse battery'

/** Slow on purpose, so all people of all tests share it. */
let hashed: Promise<string> | undefined

/** Somebody who is signed in. */
export interface TestPerson {
  id: string
  email: string
  cookie: string
  /** As the domain sees them acting in the organization. */
  actor: Actor
  /** Calls a route as them. */
  call(...call: Parameters<TestApp['call']>): ReturnType<TestApp['call']>
}

export interface TestMember extends TestPerson {
  /** Of the membership. */
  member: string
}

export function cookieOf(headers: Record<string, unknown>): string {
  const sets = [headers['set-cookie'] ?? []].flat()
  return sets.map((set) => String(set).split(';')[0]).join('; ')
}

/** A server with an organization, whose clock is that of the sessions, and people who are signed in to it. */
export async function startWithPeople(options: TestOptions = {}) {
  const server = await startWithOrganization(options)
  const { database, clock, identity, organization } = server
  // The library that signs people in has no clock but the machine's.
  clock.advance(Date.now() - clock.now())

  async function addPerson(name: string, { operator = false } = {}): Promise<TestPerson> {
    hashed ??= hashPassword(PASSWORD)
    const passwordHash = await hashed
    // Within a millisecond ids have no order.
    clock.advance(1)
    const id = newId('usr', clock.now(), randomBytes)
    const email = `${name.toLowerCase()}@example.com`
    await database.transact(async (writes) => {
      await writes.insertPerson({ id, name, email, operator, passwordHash }, clock.now())
      return { commit: true, value: null }
    })
    return signIn(id, name, email)
  }

  async function signIn(id: string, name: string, email: string): Promise<TestPerson> {
    const from = { cookie: '', ip: '127.0.0.1', userAgent: null, requestId: 'req_test' }
    const step = await identity.signIn(from, { email, password: PASSWORD })
    if (!step.done) throw new Error('no second step is set up')
    const cookie = step.setCookies.map((set) => set.split(';')[0]).join('; ')
    return {
      id,
      email,
      cookie,
      actor: {
        ref: { type: 'user', id, name },
        boundTo: organization.id,
        sessionId: step.session.id,
        ip: null,
        userAgent: null,
        requestId: 'req_test',
      },
      call: (method, url, { headers, ...more }: CallOptions = {}) =>
        server.call(method, url, { ...more, key: null, headers: { cookie, ...ORIGIN, ...headers } }),
    }
  }

  async function join(person: TestPerson, role: Role, organizationId: string = organization.id): Promise<TestMember> {
    clock.advance(1)
    const now = clock.now()
    const member = newId('mbr', now, randomBytes)
    await database.transact(async (writes) => {
      const joined = {
        id: member,
        organizationId,
        personId: person.id,
        role,
        joinedAt: now,
        updatedAt: now,
        version: 1,
      }
      await writes.insertMember(joined)
      return { commit: true, value: null }
    })
    return { ...person, member }
  }

  return {
    ...server,
    addPerson,
    signIn,
    join,
    addMember: async (name: string, role: Role) => join(await addPerson(name), role),
    addOperator: (name: string) => addPerson(name, { operator: true }),
  }
}

/** Whatever waits to be mailed, the oldest first. */
export async function mailsOf({ database }: Pick<TestApp, 'database'>) {
  const rows = await database.peopleTables.db.selectFrom('mails').selectAll().orderBy('id').execute()
  return rows.map(({ recipient, notice, facts_json }: { recipient: string; notice: string; facts_json: string }) => ({
    recipient,
    notice,
    facts: JSON.parse(facts_json),
  }))
}
