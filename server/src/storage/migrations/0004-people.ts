import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../dialect.ts'

/**
 * People, how they sign in, and where they belong. The columns of `people`, `sessions`, `sign_in_methods`,
 * `verifications` and `two_factors` are those that better-auth 1.7 reads and writes; in them alone times and switches
 * have types of their own.
 */
export async function up(db: Kysely<unknown>, { text, integer, binary, moment, truth }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('email', text, (column) => column.notNull().unique())
    .addColumn('email_verified', truth, (column) => column.notNull())
    .addColumn('image', text)
    .addColumn('created_at', moment, (column) => column.notNull())
    .addColumn('updated_at', moment, (column) => column.notNull())
    .addColumn('two_factor_enabled', truth)
    .addColumn('operator', integer, (column) => column.notNull().defaultTo(0))
    .execute()

  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('token', text, (column) => column.notNull().unique())
    .addColumn('person_id', text, (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('expires_at', moment, (column) => column.notNull())
    .addColumn('created_at', moment, (column) => column.notNull())
    .addColumn('updated_at', moment, (column) => column.notNull())
    .addColumn('ip_address', text)
    .addColumn('user_agent', text)
    .addColumn('confirmed_at', integer)
    .execute()
  await db.schema.createIndex('sessions_by_person').on('sessions').column('person_id').execute()

  await db.schema
    .createTable('sign_in_methods')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('account_id', text, (column) => column.notNull())
    .addColumn('provider_id', text, (column) => column.notNull())
    .addColumn('person_id', text, (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('access_token', text)
    .addColumn('refresh_token', text)
    .addColumn('id_token', text)
    .addColumn('access_token_expires_at', moment)
    .addColumn('refresh_token_expires_at', moment)
    .addColumn('scope', text)
    .addColumn('password', text)
    .addColumn('created_at', moment, (column) => column.notNull())
    .addColumn('updated_at', moment, (column) => column.notNull())
    .addUniqueConstraint('sign_in_methods_once', ['provider_id', 'account_id'])
    .execute()
  await db.schema.createIndex('sign_in_methods_by_person').on('sign_in_methods').column('person_id').execute()

  await db.schema
    .createTable('verifications')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('identifier', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addColumn('expires_at', moment, (column) => column.notNull())
    .addColumn('created_at', moment, (column) => column.notNull())
    .addColumn('updated_at', moment, (column) => column.notNull())
    .execute()
  await db.schema.createIndex('verifications_by_identifier').on('verifications').column('identifier').execute()

  await db.schema
    .createTable('two_factors')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('backup_codes', text, (column) => column.notNull())
    .addColumn('person_id', text, (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('verified', truth)
    .addColumn('failed_verification_count', integer)
    .addColumn('locked_until', moment)
    .execute()
  await db.schema.createIndex('two_factors_by_person').on('two_factors').column('person_id').execute()

  await db.schema
    .createTable('members')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id'))
    .addColumn('person_id', text, (column) => column.notNull().references('people.id'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('joined_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addUniqueConstraint('members_once', ['organization_id', 'person_id'])
    .execute()
  await db.schema.createIndex('members_by_person').on('members').column('person_id').execute()

  await db.schema
    .createTable('departures')
    .addColumn('organization_id', text, (column) => column.notNull())
    .addColumn('person_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('left_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('departures_once', ['organization_id', 'person_id'])
    .execute()

  await db.schema
    .createTable('invitations')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id'))
    .addColumn('email', text, (column) => column.notNull())
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('invited_by_id', text)
    .addColumn('invited_by_name', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('accepted_at', integer)
    .addColumn('revoked_at', integer)
    .execute()
  await db.schema
    .createIndex('invitations_by_organization')
    .on('invitations')
    .columns(['organization_id', 'id'])
    .execute()
  await db.schema.createIndex('invitations_by_email').on('invitations').column('email').execute()

  await db.schema
    .createTable('mails')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('recipient', text, (column) => column.notNull())
    .addColumn('notice', text, (column) => column.notNull())
    .addColumn('facts_json', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('next_attempt_at', integer, (column) => column.notNull())
    .addColumn('last_error', text)
    .execute()
  await db.schema.createIndex('mails_by_turn').on('mails').column('next_attempt_at').execute()

  await db.schema
    .createTable('sign_in_places')
    .addColumn('person_id', text, (column) => column.notNull().references('people.id').onDelete('cascade'))
    .addColumn('place', binary, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('sign_in_places_once', ['person_id', 'place'])
    .execute()

  await db.schema.alterTable('organizations').addColumn('billing_contact', text).execute()
  await db.schema.alterTable('keys').addColumn('owner_id', text).execute()
  await db.schema.alterTable('keys').addColumn('owner_name', text).execute()
  await db.schema
    .createIndex('keys_by_owner')
    .on('keys')
    .columns(['organization_id', 'owner_id'])
    .where(sql.ref('owner_id'), 'is not', null)
    .execute()
}
