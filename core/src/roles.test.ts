import { expect, test } from 'vitest'
import { mayAssign, mayDo, RIGHTS, ROLE_RIGHTS, ROLES } from './roles.ts'

test('each role may do all that a lesser one may', () => {
  for (const [at, role] of ROLES.entries()) {
    const lesser = ROLES[at + 1]
    if (lesser) expect(ROLE_RIGHTS[role]).toEqual(expect.arrayContaining([...ROLE_RIGHTS[lesser]]))
  }
})

test('an owner may do everything', () => {
  expect([...ROLE_RIGHTS.owner].sort()).toEqual([...RIGHTS].sort())
})

test('a viewer may only look', () => {
  expect(RIGHTS.filter((right) => mayDo('viewer', right)).every((right) => right.endsWith(':read'))).toBe(true)
})

test('only owners make owners, and developers and viewers assign nobody', () => {
  const assigning = ROLES.map((role) => ROLES.filter((other) => mayAssign(role, other)))
  expect(assigning).toEqual([['owner', 'admin', 'developer', 'viewer'], ['admin', 'developer', 'viewer'], [], []])
})
