import type { Kysely } from 'kysely'
import type { PeopleWrites } from '../domain/people-records.ts'
import type { Engine } from './dialect.ts'
import { fromInvitation } from './people-rows.ts'
import type { Moment, Schema, SignInMethodRow } from './schema.ts'

/** How better-auth calls a password among the ways to sign in. */
const PASSWORD = 'credential'

export function createPeopleWrites(db: Kysely<Schema>, engine: Engine['name']): PeopleWrites {
  // As better-auth writes them.
  const moment = (at: number): Moment => (engine === 'postgres' ? new Date(at) : new Date(at).toISOString())
  const truth = (value: boolean) => (engine === 'postgres' ? value : Number(value))

  const insertMethod = async (
    personId: string,
    method: Pick<SignInMethodRow, 'id' | 'provider_id' | 'account_id' | 'password'>,
    now: number,
  ) => {
    await db
      .insertInto('sign_in_methods')
      .values({ ...method, person_id: personId, created_at: moment(now), updated_at: moment(now) })
      .execute()
  }
  const insertPassword = (personId: string, password: string, now: number) => {
    const id = `${personId}.password`
    return insertMethod(personId, { id, provider_id: PASSWORD, account_id: personId, password }, now)
  }

  return {
    async insertPerson({ id, name, email, operator, passwordHash }, now) {
      await db
        .insertInto('people')
        .values({
          id,
          name,
          email,
          operator: Number(operator),
          // Nobody gets an account but by a link that was sent to this address, or by the owner of the machine.
          email_verified: truth(true),
          image: null,
          two_factor_enabled: truth(false),
          created_at: moment(now),
          updated_at: moment(now),
        })
        .execute()
      if (passwordHash !== null) await insertPassword(id, passwordHash, now)
    },

    async renamePerson(id, name, now) {
      await db
        .updateTable('people')
        .set({ name, updated_at: moment(now) })
        .where('id', '=', id)
        .execute()
    },

    async setOperator(id, operator) {
      await db
        .updateTable('people')
        .set({ operator: Number(operator) })
        .where('id', '=', id)
        .execute()
    },

    async deletePerson(id) {
      await db.deleteFrom('people').where('id', '=', id).execute()
    },

    async setPassword(personId, passwordHash, now) {
      const { numUpdatedRows } = await db
        .updateTable('sign_in_methods')
        .set({ password: passwordHash, updated_at: moment(now) })
        .where('person_id', '=', personId)
        .where('provider_id', '=', PASSWORD)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) await insertPassword(personId, passwordHash, now)
    },

    async removePassword(personId) {
      await db
        .deleteFrom('sign_in_methods')
        .where('person_id', '=', personId)
        .where('provider_id', '=', PASSWORD)
        .execute()
    },

    async setProviderAccount(personId, { providerId, accountId }, now) {
      await db
        .deleteFrom('sign_in_methods')
        .where('person_id', '=', personId)
        .where('provider_id', '=', providerId)
        .execute()
      const id = `${personId}.${providerId}`
      await insertMethod(personId, { id, provider_id: providerId, account_id: accountId, password: null }, now)
    },

    async notePlace(personId, place, now, keep) {
      await db
        .insertInto('sign_in_places')
        .values({ person_id: personId, place, last_seen_at: now })
        .onConflict((conflict) => conflict.columns(['person_id', 'place']).doUpdateSet({ last_seen_at: now }))
        .execute()
      const kept = db
        .selectFrom('sign_in_places')
        .select('place')
        .where('person_id', '=', personId)
        .orderBy('last_seen_at', 'desc')
        .orderBy('place')
        .limit(keep)
      await db.deleteFrom('sign_in_places').where('person_id', '=', personId).where('place', 'not in', kept).execute()
    },

    async removeTwoFactor(personId) {
      await db.deleteFrom('two_factors').where('person_id', '=', personId).execute()
      await db
        .updateTable('people')
        .set({ two_factor_enabled: truth(false) })
        .where('id', '=', personId)
        .execute()
    },

    async endSessions(personId, except) {
      let query = db.deleteFrom('sessions').where('person_id', '=', personId)
      if (except !== null) query = query.where('id', '!=', except)
      await query.execute()
    },

    async endSession(id) {
      await db.deleteFrom('sessions').where('id', '=', id).execute()
    },

    async endEverySession() {
      await db.deleteFrom('sessions').execute()
    },

    async dropOldSessions(personId, now) {
      await db.deleteFrom('sessions').where('person_id', '=', personId).where('expires_at', '<=', moment(now)).execute()
    },

    async confirmSession(id, at) {
      await db.updateTable('sessions').set({ confirmed_at: at }).where('id', '=', id).execute()
    },

    async insertMember({ id, organizationId, personId, role, joinedAt, updatedAt, version }) {
      await db
        .insertInto('members')
        .values({
          id,
          organization_id: organizationId,
          person_id: personId,
          role,
          joined_at: joinedAt,
          updated_at: updatedAt,
          version,
        })
        .execute()
    },

    async setRole({ id, role, updatedAt, version }) {
      await db.updateTable('members').set({ role, updated_at: updatedAt, version }).where('id', '=', id).execute()
    },

    async deleteMember(id) {
      await db.deleteFrom('members').where('id', '=', id).execute()
    },

    async insertInvitation(invitation) {
      await db.insertInto('invitations').values(fromInvitation(invitation)).execute()
    },

    async updateInvitation(invitation) {
      await db.updateTable('invitations').set(fromInvitation(invitation)).where('id', '=', invitation.id).execute()
    },

    async insertDeparture({ organizationId, personId, name, leftAt }) {
      await db
        .insertInto('departures')
        .values({ organization_id: organizationId, person_id: personId, name, left_at: leftAt })
        .execute()
    },

    async deleteDeparture(organizationId, personId) {
      await db
        .deleteFrom('departures')
        .where('organization_id', '=', organizationId)
        .where('person_id', '=', personId)
        .execute()
    },

    async queueMail({ id, recipient, notice, facts, createdAt }) {
      await db
        .insertInto('mails')
        .values({
          id,
          recipient,
          notice,
          facts_json: JSON.stringify(facts),
          created_at: createdAt,
          attempts: 0,
          next_attempt_at: createdAt,
          last_error: null,
        })
        .execute()
    },
  }
}
