import { Type } from 'typebox'
import { STOPS } from '../../domain/notice-facts.ts'
import { ApiKeyShape } from './keys.ts'
import { nullable, oneOf, ReceiptShape, strict, Time } from './parts.ts'
import { CallersShape } from './usage.ts'

const ToldShape = Type.Object({ at: Time, by: Type.String() }, strict)

export const CompromiseShape = Type.Object(
  {
    key: Type.Object({ id: Type.String(), name: Type.String(), prefix: Type.String() }, strict),
    stopped: nullable(Type.Object({ how: oneOf(STOPS), at: Time, by: nullable(Type.String()) }, strict)),
    replacement: nullable(Type.Object({ id: Type.String(), name: Type.String(), at: Time, by: Type.String() }, strict)),
    notified: nullable(ToldShape),
    mail: Type.Boolean({ description: 'Whether this server sends mail' }),
  },
  strict,
)

export const NotifiedShape = Type.Object(
  { notified: Type.Integer({ description: 'People who are told' }), receipt: ReceiptShape },
  strict,
)

export const CompromisedBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: 1_000 })) }, strict)

export const EndedShape = Type.Object(
  {
    key: ApiKeyShape,
    replacement: nullable(
      Type.Object(
        {
          key: ApiKeyShape,
          secret: nullable(Type.String({ description: 'Shown this once; null where the key was replaced before' })),
          sampleRequest: nullable(Type.String()),
        },
        strict,
      ),
    ),
    notReplaced: nullable(
      Type.Object({ code: Type.String(), message: Type.String() }, { ...strict, description: 'Why there is none' }),
    ),
    report: CallersShape,
    notified: nullable(ToldShape),
    receipt: ReceiptShape,
  },
  strict,
)
