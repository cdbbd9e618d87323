import type { Receipt } from '@claviger/core'
import type { TSchema } from 'typebox'

/** 202 while a change is made but not yet known to be in force everywhere. */
export function statusFor<Status extends 200 | 201>(receipt: Receipt, whenInForce: Status): Status | 202 {
  return 'effectiveAt' in receipt ? whenInForce : 202
}

/** The responses of a route that changes something: one shape, whether it is in force already or will be. */
export function changed<Status extends 200 | 201, Shape extends TSchema>(status: Status, shape: Shape) {
  return { [status]: shape, 202: shape } as Record<Status | 202, Shape>
}
