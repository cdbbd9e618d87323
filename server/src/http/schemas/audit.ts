import { type Static, Type } from 'typebox'
import { Id, nullable, oneOf, PageFields, strict, Time } from './parts.ts'
import { spelt } from './spellings.ts'

export const AuditEventShape = Type.Object(
  {
    id: Type.String(),
    at: Time,
    actor: Type.Object(
      {
        type: Type.String(),
        id: nullable(Type.String()),
        name: Type.String(),
        ip: nullable(Type.String()),
        userAgent: nullable(Type.String()),
      },
      strict,
    ),
    action: Type.String(),
    target: Type.Object({ type: Type.String(), id: Type.String(), name: Type.String() }, strict),
    changes: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What changed, before and after; of what was refused the `code`',
    }),
    outcome: oneOf(['success', 'refused']),
    requestId: Type.String(),
  },
  strict,
)

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const KeyFields = {
  actor: Type.Optional({ ...Id, description: 'Id of who did it' }),
  action: Type.Optional(
    Type.String({
      maxLength: 64,
      ...spelt('action'),
      description: 'Like `key.revoke`, or `key.*` for all that begin with `key.`',
      examples: ['key.revoke', 'key.*'],
    }),
  ),
  outcome: Type.Optional(oneOf(['success', 'refused'])),
  requestId: Type.Optional(Id),
  from: Type.Optional({ ...Time, description: 'Not before this time' }),
  to: Type.Optional({ ...Time, description: 'Before this time' }),
  format: Type.Optional({
    ...oneOf(EXPORT_FORMATS),
    description: 'All that match as a file, oldest first, instead of a page; without `limit` and `cursor`',
  }),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'By default 50' })),
  cursor: PageFields.cursor,
}

export const KeyAuditQuery = Type.Object(KeyFields, strict)

export const AuditQuery = Type.Object(
  { ...KeyFields, target: Type.Optional({ ...Id, description: 'Id of what it was done to' }) },
  strict,
)
export type AuditQuery = Static<typeof AuditQuery>
