import { Type } from 'typebox'
import { STOPS } from '../../domain/notice-facts.ts'
import { nullable, oneOf, ReceiptShape, strict, Time } from './parts.ts'

export const CompromiseShape = Type.Object(
  {
    key: Type.Object({ id: Type.String(), name: Type.String(), prefix: Type.String() }, strict),
    stopped: nullable(Type.Object({ how: oneOf(STOPS), at: Time, by: nullable(Type.String()) }, strict)),
    replacement: nullable(Type.Object({ id: Type.String(), name: Type.String(), at: Time, by: Type.String() }, strict)),
    notified: nullable(Type.Object({ at: Time, by: Type.String() }, strict)),
    mail: Type.Boolean({ description: 'Whether this server sends mail' }),
  },
  strict,
)

export const NotifiedShape = Type.Object(
  { notified: Type.Integer({ description: 'People who are told' }), receipt: ReceiptShape },
  strict,
)
