import { DENY_CODES } from '@claviger/core'
import { Type } from 'typebox'
import { Id, nullable, oneOf, PageFields, strict, Time } from './parts.ts'

/** How keys are used, and by whom. */

const VERDICT_CODES = ['VALID', ...DENY_CODES] as const

const Bucket = ['hour', 'day'] as const

const Span = { from: Type.Optional(Time), to: Type.Optional(Time) }

export const UsageQuery = Type.Object({ ...Span, bucket: oneOf(Bucket, { default: 'hour' }) }, strict)

export const UsageByKeyQuery = Type.Object(
  {
    key: Type.Array(Id, { minItems: 1, maxItems: 100, description: 'May be repeated' }),
    ...Span,
    // By the hour the span that is taken where none is given would be too much for more than a few keys.
    bucket: oneOf(Bucket, { default: 'day' }),
  },
  strict,
)

const Counts = Type.Record(Type.String(), Type.Integer(), {
  description: 'Verdicts by code; a code that did not occur is absent',
  examples: [{ VALID: 210, RATE_LIMITED: 3 }],
})

const SpanShape = { from: Time, to: Time, bucket: oneOf(Bucket) }

const Counted = {
  items: Type.Array(Type.Object({ start: Time, counts: Counts }, strict), {
    description: 'Every bucket from `from` to `to`, in UTC; one without use has empty counts',
  }),
  totals: Counts,
}

export const UsageShape = Type.Object({ ...SpanShape, ...Counted }, strict)

export const UsageByKeyShape = Type.Object(
  {
    ...SpanShape,
    items: Type.Array(Type.Object({ keyId: Type.String(), ...Counted }, strict), {
      description: 'In the order asked, each key once; what is no key of the organization is left out',
    }),
  },
  strict,
)

const CallerShape = Type.Object(
  {
    ip: nullable(Type.String()),
    userAgent: nullable(Type.String()),
    client: nullable(Type.String({ description: 'What it is called where that is declared' })),
    firstSeenAt: Time,
    lastSeenAt: Time,
    count: Type.Integer({ description: 'Verdicts, whatever they were' }),
    lastCode: oneOf(VERDICT_CODES),
    secret: oneOf(['current', 'previous']),
  },
  strict,
)

export const CallersShape = Type.Object(
  {
    items: Type.Array(CallerShape, { description: 'Newest first, at most 50' }),
    others: Type.Integer({ description: 'Verdicts for callers that had to make room' }),
    recentIps: Type.Array(Type.Object({ ip: Type.String(), lastSeenAt: Time }, strict), {
      description: 'The last five addresses',
    }),
  },
  strict,
)

const SpansShape = Type.Object(
  { hour: Type.Integer(), day: Type.Integer(), week: Type.Integer() },
  { ...strict, description: 'Up to now; the clock hour in which a span begins is in it whole' },
)

export const RemovalCheckShape = Type.Object(
  {
    verdict: oneOf(['safe', 'quiet', 'in-use']),
    lastUsedAt: nullable(Time),
    requests: SpansShape,
    denied: SpansShape,
    callers: Type.Array(CallerShape, { description: 'Seen within a week' }),
  },
  strict,
)

const Day = Type.String({ description: 'A day in UTC', examples: ['2026-01-15'] })

export const KeyScopesShape = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          scope: Type.String({ description: 'As the key holds it: a scope or a wildcard' }),
          since: { ...Time, description: 'From when on it is known whether the scope is used' },
          lastUsedOn: nullable(Day),
          unused: Type.Boolean({
            description:
              'Shown not to be needed: known for `unusedAfterDays`, by requests that name their scopes, and not used',
          }),
        },
        strict,
      ),
    ),
    since: { ...Time, description: "From when on uses of the key's scopes are known" },
    lastNamedOn: nullable(Day),
    unusedAfterDays: Type.Integer(),
  },
  strict,
)

export const DenialsQuery = Type.Object(
  { ...PageFields, requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })), key: Type.Optional(Id) },
  strict,
)

export const DeniedRequestShape = Type.Object(
  {
    requestId: Type.String(),
    at: Time,
    code: oneOf(DENY_CODES),
    message: Type.String(),
    keyId: Type.String(),
    ip: nullable(Type.String()),
  },
  strict,
)
