import { Type } from 'typebox'
import { nullable, oneOf, strict, Time } from './parts.ts'

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
    changes: Type.Record(Type.String(), Type.Unknown()),
    outcome: oneOf(['success', 'refused']),
    requestId: Type.String(),
  },
  strict,
)
