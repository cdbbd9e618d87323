import { RIGHTS, ROLES } from '@claviger/core'
import { Type } from 'typebox'
import { Id, Name, nullable, oneOf, strict, Time } from './parts.ts'
import { spelt } from './spellings.ts'

export const Email = Type.String({
  maxLength: 254,
  ...spelt('email'),
  description: 'An e-mail address',
  examples: ['ada@example.com'],
})

/** Long enough that it cannot be tried out (ASVS 5.0, 6.2.1), and no rule of what has to be in it (6.2.5). */
export const NewPassword = Type.String({ minLength: 12, maxLength: 128, description: '12–128 characters' })

/** One that is to be compared: of any length that one of ours could have. */
export const Password = Type.String({ minLength: 1, maxLength: 128 })

export const LinkToken = Type.String({ minLength: 1, maxLength: 200, description: 'What the link has behind its #' })

export const RoleShape = oneOf(ROLES)

export const PersonShape = Type.Object(
  { id: Type.String(), name: Type.String(), email: Type.String(), operator: Type.Boolean(), twoFactor: Type.Boolean() },
  strict,
)

export const MembershipShape = Type.Object(
  {
    id: Type.String(),
    organization: Type.Object({ id: Type.String(), name: Type.String() }, strict),
    role: RoleShape,
    rights: Type.Array(oneOf(RIGHTS)),
  },
  strict,
)

export const SessionStateShape = Type.Object(
  { id: Type.String(), confirmedAt: Time, freshUntil: Time, expiresAt: Time },
  strict,
)

export const MeShape = Type.Object(
  {
    person: Type.Object({ ...PersonShape.properties, hasPassword: Type.Boolean() }, strict),
    memberships: Type.Array(MembershipShape),
    session: SessionStateShape,
  },
  strict,
)

export const SetUpBody = Type.Object(
  {
    token: LinkToken,
    name: Name,
    email: Email,
    password: NewPassword,
    organization: Type.Object({ name: Name }, strict),
  },
  strict,
)

export const SignInBody = Type.Object({ email: Email, password: Password }, strict)

const Code = Type.String({ ...spelt('code'), description: 'Six digits, from the authenticator' })

export const SecondStepBody = Type.Object(
  {
    code: Type.Optional(Code),
    recoveryCode: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  },
  { ...strict, minProperties: 1, maxProperties: 1 },
)

export const SignedInShape = Type.Union([
  Type.Object({ person: PersonShape }, strict),
  Type.Object({ twoFactorRequired: Type.Literal(true) }, strict),
])

export const SessionShape = Type.Object(
  {
    id: Type.String(),
    createdAt: Time,
    lastSeenAt: Time,
    ip: nullable(Type.String()),
    userAgent: nullable(Type.String()),
    current: Type.Boolean(),
  },
  strict,
)

export const RenameBody = Type.Object({ name: Name }, strict)

export const ConfirmBody = Type.Object({ password: Type.Optional(Password), code: Type.Optional(Code) }, strict)

export const PasswordBody = Type.Object({ password: Password }, strict)

export const NewPasswordBody = Type.Object({ currentPassword: Password, newPassword: NewPassword }, strict)

export const ForgotBody = Type.Object({ email: Email }, strict)

export const ResetBody = Type.Object({ token: LinkToken, password: NewPassword }, strict)

export const CodeBody = Type.Object({ code: Code }, strict)

export const NewTwoFactorShape = Type.Object(
  {
    uri: Type.String({ description: '`otpauth://…`, to be shown as a QR code' }),
    secret: Type.String({ description: 'The same, to be typed' }),
    recoveryCodes: Type.Array(Type.String(), { description: 'Each is good once, in place of a code' }),
  },
  strict,
)

export const SessionPath = Type.Object({ session: Id }, strict)

export const MethodsShape = Type.Object(
  {
    password: Type.Literal(true),
    providers: Type.Array(Type.Object({ id: Type.String(), label: Type.String() }, strict)),
  },
  strict,
)

export const ProviderPath = Type.Object({ provider: Id }, strict)

export const ProviderBody = Type.Object(
  {
    returnTo: Type.Optional(
      Type.String({
        // A form that is filled in by its address has a long one.
        maxLength: 2_000,
        ...spelt('returnTo'),
        description: 'A path of this server, without a fragment',
        examples: ['/'],
      }),
    ),
  },
  strict,
)

export const ProviderUrlShape = Type.Object({ url: Type.String() }, strict)

/** What providers add of their own is not read. */
export const CallbackQuery = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 4000 })),
  state: Type.Optional(Type.String({ maxLength: 500 })),
  iss: Type.Optional(Type.String({ maxLength: 500 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  error_description: Type.Optional(Type.String({ maxLength: 1000 })),
})
