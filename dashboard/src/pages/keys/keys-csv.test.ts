import type { ApiKey } from '@claviger/sdk'
import { expect, test } from 'vitest'
import { keysAsCsv } from './keys-csv.ts'

const named = (name: string) => ({ name, scopes: ['a:b', 'c:d'], createdBy: { name: 'Ada' } }) as unknown as ApiKey

test('a name cannot end its line or its column, and no spreadsheet takes it for a formula', () => {
  const text = keysAsCsv([named('a,b "c"\r\nd'), named('=cmd()'), named('+1'), named('@x'), named('-1')])
  expect(text).toContain('"a,b ""c""\r\nd"')
  for (const formula of ["'=cmd()", "'+1", "'@x", "'-1"]) expect(text).toContain(formula)
  expect(text).toContain(',a:b c:d,')
})
