import { GRANTING_ROLES } from '@claviger/core'
import { Type } from 'typebox'
import { RateLimit } from './keys.ts'
import { ExternalId, Name, nullable, oneOf, PageFields, ReceiptShape, Replayed, record, strict, Time } from './parts.ts'
import { Email } from './people.ts'

/** Organizations and what their keys can be made of, as they travel. */

export const CreateOrganizationBody = Type.Object(
  {
    name: Name,
    externalId: Type.Optional(nullable(ExternalId)),
    plan: Type.Optional(Type.String({ maxLength: 64, description: 'Of the product file; by default its first' })),
  },
  { ...strict, examples: [{ name: 'Acme Inc', externalId: 'customer-7' }] },
)

export const EditOrganizationBody = Type.Object(
  {
    name: Type.Optional(Name),
    externalId: Type.Optional(nullable(ExternalId)),
    plan: Type.Optional(Type.String({ maxLength: 64 })),
    features: Type.Optional(nullable(record(64, nullable(Type.Boolean()), { maxProperties: 50 }))),
    billingContact: Type.Optional(nullable(Email)),
  },
  { ...strict, description: 'JSON Merge Patch (RFC 7396)' },
)

export const OrganizationsQuery = Type.Object({ ...PageFields, externalId: Type.Optional(ExternalId) }, strict)

export const OrganizationShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    externalId: nullable(Type.String()),
    plan: Type.String(),
    features: Type.Record(Type.String(), Type.Boolean()),
    suspendedAt: nullable(Time),
    billingContact: nullable(Type.String()),
    createdAt: Time,
    version: Type.Integer(),
  },
  strict,
)

export const OrganizationChangeShape = Type.Object(
  { organization: OrganizationShape, receipt: ReceiptShape, replayed: Replayed },
  strict,
)

const PlanTerms = {
  id: Type.String(),
  label: Type.String(),
  maxKeys: nullable(Type.Integer({ description: 'Keys neither revoked nor past expiry; null: no cap' })),
  scopes: nullable(Type.Array(Type.String(), { description: 'All that keys may hold; null: everything' })),
  defaultRateLimit: nullable(RateLimit),
}

const PlanTermsShape = Type.Object(PlanTerms, strict)

const OrganizationCount = Type.Integer({ description: 'Organizations on it' })

export const PlanListShape = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          ...PlanTerms,
          selfService: Type.Boolean({ description: 'An owner may change to it' }),
          organizations: OrganizationCount,
        },
        strict,
      ),
      { description: 'In the order of the product file; the first is that of a new organization' },
    ),
    gone: Type.Array(Type.Object({ id: Type.String(), organizations: OrganizationCount }, strict), {
      description: 'Those that organizations are on, and the product file no longer has: nothing caps these',
    }),
  },
  strict,
)

export const CatalogShape = Type.Object(
  {
    scopes: Type.Array(
      Type.Object({ id: Type.String(), description: Type.String(), resourceKinds: Type.Array(Type.String()) }, strict),
    ),
    scopeGroups: Type.Array(
      Type.Object({ resource: Type.String(), label: Type.String(), description: Type.String() }, strict),
    ),
    accessLevels: Type.Array(
      Type.Object(
        { id: Type.String(), label: Type.String(), description: Type.String(), scopes: Type.Array(Type.String()) },
        strict,
      ),
    ),
    environments: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          label: Type.String(),
          tag: nullable(Type.String()),
          rotationDays: nullable(Type.Integer()),
          approval: oneOf(['none', 'admin']),
          production: Type.Boolean({ description: 'People confirm who they are before they change keys there' }),
        },
        strict,
      ),
    ),
    resourceKinds: Type.Array(
      Type.Object({ id: Type.String(), label: Type.String(), pluralLabel: Type.String() }, strict),
    ),
    plan: PlanTermsShape,
    selfServicePlans: Type.Array(PlanTermsShape, { description: 'Those that an owner may change to' }),
    roles: Type.Array(
      Type.Object(
        {
          id: oneOf(GRANTING_ROLES),
          scopes: nullable(Type.Array(Type.String())),
          environments: nullable(Type.Array(Type.String())),
        },
        strict,
      ),
      { description: 'What members of a role may grant; null, and a role that is not here: everything' },
    ),
    lifecycle: Type.Object({ deleteRequiresRevoke: Type.Boolean(), rotationDays: nullable(Type.Integer()) }, strict),
    features: Type.Record(Type.String(), Type.Boolean()),
    featureTexts: Type.Array(Type.Object({ id: Type.String(), label: Type.String(), whenOff: Type.String() }, strict)),
    words: Type.Record(Type.String(), Type.String()),
    prefix: Type.String(),
    environmentVariable: Type.String(),
  },
  strict,
)
