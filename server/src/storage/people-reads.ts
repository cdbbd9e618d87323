import type { Kysely } from 'kysely'
import type { PeopleReads } from '../domain/people-records.ts'
import { selectKeys } from './key-rows.ts'
import { toInvitation, toMember, toPerson, toSession } from './people-rows.ts'
import { toKey } from './rows.ts'
import type { Schema } from './schema.ts'

export function createPeopleReads(db: Kysely<Schema>): PeopleReads {
  const members = () =>
    db
      .selectFrom('members')
      .innerJoin('people', 'people.id', 'members.person_id')
      .selectAll('members')
      .select(['people.name', 'people.email', 'people.two_factor_enabled'])

  return {
    async person(id) {
      const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toPerson(row)
    },

    async personByEmail(email) {
      const row = await db.selectFrom('people').selectAll().where('email', '=', email).executeTakeFirst()
      return row && toPerson(row)
    },

    async people(page) {
      let query = db.selectFrom('people').selectAll()
      if (page.after !== null) query = query.where('id', '>', page.after)
      const rows = await query.orderBy('id').limit(page.limit).execute()
      return rows.map(toPerson)
    },

    async hasOperator() {
      const row = await db.selectFrom('people').select('id').where('operator', '=', 1).limit(1).executeTakeFirst()
      return row !== undefined
    },

    async countOperators() {
      const { count } = await db
        .selectFrom('people')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('operator', '=', 1)
        .executeTakeFirstOrThrow()
      return count
    },

    async session(id) {
      const row = await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toSession(row)
    },

    async sessionsOf(personId) {
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('person_id', '=', personId)
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map(toSession)
    },

    async passwordHashOf(personId) {
      const row = await db
        .selectFrom('sign_in_methods')
        .select('password')
        .where('person_id', '=', personId)
        .where('provider_id', '=', 'credential')
        .executeTakeFirst()
      return row?.password ?? null
    },

    async personByProvider({ providerId, accountId }) {
      const row = await db
        .selectFrom('people')
        .innerJoin('sign_in_methods', 'sign_in_methods.person_id', 'people.id')
        .selectAll('people')
        .where('sign_in_methods.provider_id', '=', providerId)
        .where('sign_in_methods.account_id', '=', accountId)
        .executeTakeFirst()
      return row && toPerson(row)
    },

    async providerAccountOf(personId, providerId) {
      const row = await db
        .selectFrom('sign_in_methods')
        .select('account_id')
        .where('person_id', '=', personId)
        .where('provider_id', '=', providerId)
        .executeTakeFirst()
      return row && { providerId, accountId: row.account_id }
    },

    async placesOf(personId) {
      const rows = await db
        .selectFrom('sign_in_places')
        .select('place')
        .where('person_id', '=', personId)
        .orderBy('last_seen_at', 'desc')
        .execute()
      return rows.map(({ place }) => place)
    },

    async membership(organizationId, personId) {
      const row = await members()
        .where('members.organization_id', '=', organizationId)
        .where('members.person_id', '=', personId)
        .executeTakeFirst()
      return row && toMember(row)
    },

    async membershipsOf(personId) {
      return db
        .selectFrom('members')
        .innerJoin('organizations', 'organizations.id', 'members.organization_id')
        .select([
          'members.id',
          'members.role',
          'members.organization_id as organizationId',
          'organizations.name as organizationName',
        ])
        .where('members.person_id', '=', personId)
        .orderBy('members.id')
        .execute()
    },

    async member(id) {
      const row = await members().where('members.id', '=', id).executeTakeFirst()
      return row && toMember(row)
    },

    async members(organizationId, page) {
      let query = members().where('members.organization_id', '=', organizationId)
      if (page.after !== null) query = query.where('members.id', '>', page.after)
      const rows = await query.orderBy('members.id').limit(page.limit).execute()
      return rows.map(toMember)
    },

    async membersWithRole(organizationId, roles) {
      const rows = await members()
        .where('members.organization_id', '=', organizationId)
        .where('members.role', 'in', roles)
        .orderBy('members.id')
        .execute()
      return rows.map(toMember)
    },

    async invitation(id) {
      const row = await db.selectFrom('invitations').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toInvitation(row)
    },

    async invitations(organizationId, page) {
      let query = db.selectFrom('invitations').selectAll().where('organization_id', '=', organizationId)
      if (page.after !== null) query = query.where('id', '<', page.after)
      const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
      return rows.map(toInvitation)
    },

    async openInvitations(email) {
      const rows = await db
        .selectFrom('invitations')
        .selectAll()
        .where('email', '=', email)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .execute()
      return rows.map(toInvitation)
    },

    async departures(organizationId) {
      const rows = await db
        .selectFrom('departures')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('left_at', 'desc')
        .execute()
      return rows.map((row) => ({
        organizationId: row.organization_id,
        personId: row.person_id,
        name: row.name,
        leftAt: row.left_at,
      }))
    },

    async departedKeys({ organizationId, now, limit, after }) {
      let query = selectKeys(db)
        .where('keys.organization_id', '=', organizationId)
        .where('keys.catalogue', '=', 'product')
        .where('keys.revoked_at', 'is', null)
        .where((eb) => eb.or([eb('keys.expires_at', 'is', null), eb('keys.expires_at', '>', now)]))
        .where('keys.owner_id', 'in', (eb) =>
          eb.selectFrom('departures').select('person_id').where('organization_id', '=', organizationId),
        )
      if (after !== null) {
        query = query.where((eb) =>
          eb.or([
            eb('keys.owner_id', '>', after.owner),
            eb.and([eb('keys.owner_id', '=', after.owner), eb('keys.id', '>', after.key)]),
          ]),
        )
      }
      const rows = await query.orderBy('keys.owner_id').orderBy('keys.id').limit(limit).execute()
      return rows.map(toKey)
    },
  }
}
