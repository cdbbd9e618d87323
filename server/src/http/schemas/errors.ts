import { ERROR_CODES } from '@claviger/core'
import { Type } from 'typebox'
import { oneOf, strict } from './parts.ts'

export const ErrorShape = Type.Object(
  {
    error: Type.Object(
      {
        code: oneOf(Object.keys(ERROR_CODES)),
        message: Type.String(),
        details: Type.Record(Type.String(), Type.Unknown()),
        requestId: Type.String(),
      },
      strict,
    ),
  },
  strict,
)
