import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from './errors.ts'
import { judgeOperation, OPERATIONS, type Operation, STATUSES, type Status, statusOf } from './lifecycle.ts'

const LENIENT = { deleteRequiresRevoke: false }
const STRICT = { deleteRequiresRevoke: true }

/** What each operation may be done to. */
const ALLOWED: Record<Operation, readonly Status[]> = {
  edit: ['active', 'disabled', 'expired', 'pending'],
  rotate: ['active', 'disabled'],
  disable: ['active'],
  enable: ['disabled'],
  approve: ['pending'],
  decline: ['pending'],
  revoke: ['active', 'disabled', 'expired', 'pending'],
  delete: ['revoked', 'expired'],
}

const cases = OPERATIONS.flatMap((operation) => STATUSES.map((status) => ({ operation, status })))

describe('operations', () => {
  test.each(cases)(
    '$operation of a key that is $status is allowed exactly where it should be',
    ({ operation, status }) => {
      expect(judgeOperation(operation, status, STRICT) === 'allowed').toBe(ALLOWED[operation].includes(status))
    },
  )

  test.each(cases)(
    '$operation of a key that is $status is judged by a code that is a conflict, or by no code',
    (one) => {
      for (const policy of [STRICT, LENIENT]) {
        const judgement = judgeOperation(one.operation, one.status, policy)
        if (judgement === 'allowed' || judgement === 'nothing-to-do') continue
        expect(ERROR_CODES[judgement].status).toBe(409)
      }
    },
  )

  test('what already is so is nothing to do', () => {
    const nothing = cases.filter((one) => judgeOperation(one.operation, one.status, STRICT) === 'nothing-to-do')
    expect(nothing).toEqual([
      { operation: 'disable', status: 'disabled' },
      { operation: 'enable', status: 'active' },
      { operation: 'revoke', status: 'revoked' },
    ])
  })

  test('revoked is final: nothing but deletion follows', () => {
    for (const operation of ['edit', 'rotate', 'disable', 'enable', 'approve', 'decline'] as const) {
      expect(judgeOperation(operation, 'revoked', STRICT)).toBe('KEY_REVOKED')
    }
    expect(judgeOperation('delete', 'revoked', STRICT)).toBe('allowed')
  })

  test('an expired key is neither rotated, disabled, enabled nor approved', () => {
    for (const operation of ['rotate', 'disable', 'enable', 'approve', 'decline'] as const) {
      expect(judgeOperation(operation, 'expired', STRICT)).toBe('KEY_EXPIRED')
    }
  })

  test('a pending key waits for its approval', () => {
    for (const operation of ['rotate', 'disable', 'enable'] as const) {
      expect(judgeOperation(operation, 'pending', STRICT)).toBe('KEY_PENDING')
    }
    expect(judgeOperation('approve', 'active', STRICT)).toBe('KEY_NOT_PENDING')
    expect(judgeOperation('decline', 'disabled', STRICT)).toBe('KEY_NOT_PENDING')
  })

  test('deletion before revocation is refused exactly where the product says so', () => {
    for (const status of ['active', 'disabled', 'pending'] as const) {
      expect(judgeOperation('delete', status, STRICT)).toBe('KEY_NOT_REVOKED')
      expect(judgeOperation('delete', status, LENIENT)).toBe('allowed')
    }
  })

  test('the policy of deletion changes no other operation', () => {
    for (const { operation, status } of cases) {
      if (operation === 'delete') continue
      expect(judgeOperation(operation, status, LENIENT)).toBe(judgeOperation(operation, status, STRICT))
    }
  })
})

describe('status', () => {
  const ACTIVE = { revokedAt: null, disabledAt: null, expiresAt: null, pendingSince: null }

  test('is the first that holds, in the order of the list', () => {
    const now = 1000
    fc.assert(
      fc.property(fc.subarray(['revoked', 'disabled', 'expired', 'pending'] as const), (causes) => {
        const key = {
          revokedAt: causes.includes('revoked') ? 1 : null,
          disabledAt: causes.includes('disabled') ? 1 : null,
          expiresAt: causes.includes('expired') ? 1 : null,
          pendingSince: causes.includes('pending') ? 1 : null,
        }
        const held: readonly Status[] = [...causes, 'active']
        expect(statusOf(key, now)).toBe(STATUSES.find((status) => held.includes(status)))
      }),
    )
  })

  test('becomes expired at the exact millisecond', () => {
    const key = { ...ACTIVE, expiresAt: 1000 }
    expect(statusOf(key, 999)).toBe('active')
    expect(statusOf(key, 1000)).toBe('expired')
  })

  test('stays as it is for a key that was acted on at time 0', () => {
    expect(statusOf({ ...ACTIVE, revokedAt: 0 }, 1)).toBe('revoked')
    expect(statusOf({ ...ACTIVE, disabledAt: 0 }, 1)).toBe('disabled')
    expect(statusOf({ ...ACTIVE, pendingSince: 0 }, 1)).toBe('pending')
    expect(statusOf({ ...ACTIVE, expiresAt: 0 }, 1)).toBe('expired')
  })
})
