import { INVITATION_STATUSES, STATUSES } from '@claviger/core'
import { Type } from 'typebox'
import { Id, Name, nullable, oneOf, PageFields, ReceiptShape, Replayed, strict, Time } from './parts.ts'
import { Email, LinkToken, MembershipShape, NewPassword, PersonShape, RoleShape } from './people.ts'

/** Members, invitations and the keys of those who have left, as they travel. */

export const MemberPath = Type.Object({ organization: Id, member: Id }, strict)

export const InvitationPath = Type.Object({ organization: Id, invitation: Id }, strict)

export const PersonPath = Type.Object({ person: Id }, strict)

export const MemberShape = Type.Object(
  {
    id: Type.String(),
    person: Type.Object(
      { id: Type.String(), name: Type.String(), email: Type.String(), twoFactor: Type.Boolean() },
      strict,
    ),
    role: RoleShape,
    joinedAt: Time,
    version: Type.Integer(),
  },
  strict,
)

export const RoleBody = Type.Object({ role: RoleShape }, { ...strict, examples: [{ role: 'developer' }] })

export const MemberChangeShape = Type.Object({ member: MemberShape, receipt: ReceiptShape }, strict)

export const KeySummaryShape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    prefix: Type.String(),
    status: oneOf(STATUSES),
    environment: nullable(Type.String()),
    lastUsedAt: nullable(Time),
  },
  strict,
)

export const MemberRemovedShape = Type.Object(
  {
    keys: Type.Array(KeySummaryShape, { description: 'The live keys that this person answers for: 1,000 at most' }),
    receipt: ReceiptShape,
  },
  strict,
)

export const InviteBody = Type.Object(
  { email: Email, role: RoleShape },
  { ...strict, examples: [{ email: 'ada@example.com', role: 'developer' }] },
)

export const InvitationShape = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    role: RoleShape,
    invitedBy: Type.Object({ id: nullable(Type.String()), name: Type.String() }, strict),
    createdAt: Time,
    expiresAt: Time,
    status: oneOf(INVITATION_STATUSES),
  },
  strict,
)

export const InvitationSentShape = Type.Object(
  {
    invitation: InvitationShape,
    link: nullable(Type.String({ description: 'To be handed over; null: it was mailed, or this answer is a replay' })),
    receipt: ReceiptShape,
    replayed: Replayed,
  },
  strict,
)

export const InvitationChangeShape = Type.Object({ invitation: InvitationShape, receipt: ReceiptShape }, strict)

export const TokenBody = Type.Object({ token: LinkToken }, strict)

export const InvitationPreviewShape = Type.Object(
  {
    organization: Type.Object({ name: Type.String() }, strict),
    email: Type.String(),
    role: RoleShape,
    invitedBy: Type.Object({ name: Type.String() }, strict),
    expiresAt: Time,
    hasAccount: Type.Boolean(),
  },
  strict,
)

export const AcceptBody = Type.Object(
  { token: LinkToken, name: Type.Optional(Name), password: Type.Optional(NewPassword) },
  { ...strict, description: 'Name and password of whoever has no account here yet; others are signed in' },
)

export const AcceptedShape = Type.Object({ person: PersonShape, membership: MembershipShape }, strict)

export const DepartedOwnerShape = Type.Object(
  {
    person: Type.Object({ id: Type.String(), name: Type.String() }, strict),
    leftAt: Time,
    keys: Type.Array(KeySummaryShape),
  },
  strict,
)

export const DECISIONS = ['keep', 'hand-over', 'revoke'] as const

export const ResolveBody = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          key: Id,
          decision: oneOf(DECISIONS),
          to: Type.Optional(
            Type.String({ minLength: 1, maxLength: 64, description: 'Whom to hand it over to: `usr_…`, a member' }),
          ),
        },
        strict,
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { ...strict, examples: [{ items: [{ key: 'key_0351C7kSXkKbtAOBuHk1Bu', decision: 'revoke' }] }] },
)

export const ResolvedShape = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          outcome: Type.String({ description: '`done`, or an error code' }),
          message: nullable(Type.String()),
        },
        strict,
      ),
    ),
    receipt: ReceiptShape,
  },
  strict,
)

export const UnusedQuery = Type.Object(
  {
    ...PageFields,
    days: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'For how long nobody has used them' }),
  },
  strict,
)

export const PersonWithMembershipsShape = Type.Object(
  {
    ...PersonShape.properties,
    createdAt: Time,
    memberships: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          organization: Type.Object({ id: Type.String(), name: Type.String() }, strict),
          role: RoleShape,
        },
        strict,
      ),
    ),
  },
  strict,
)

export const CreatePersonBody = Type.Object(
  { name: Name, email: Email, operator: Type.Optional(Type.Boolean()) },
  { ...strict, examples: [{ name: 'Ada', email: 'ada@example.com' }] },
)

export const EditPersonBody = Type.Object(
  { operator: Type.Boolean({ description: 'Whether they see and change the whole deployment' }) },
  { ...strict, examples: [{ operator: true }] },
)

export const PersonChangeShape = Type.Object({ person: PersonShape, receipt: ReceiptShape }, strict)

export const PersonCreatedShape = Type.Object(
  {
    person: PersonShape,
    link: nullable(
      Type.String({
        description: 'By which they set a password within an hour; null: it was mailed, or this is a replay',
      }),
    ),
    receipt: ReceiptShape,
    replayed: Replayed,
  },
  strict,
)
