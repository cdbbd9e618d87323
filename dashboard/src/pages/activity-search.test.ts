import { expect, test } from 'vitest'
import { readActivitySearch, toAuditFilter } from './activity-search.ts'

const filterOf = (raw: Record<string, unknown>) => toAuditFilter({ ...raw, ...readActivitySearch(raw) })

test('what an address says is asked for', () => {
  const raw = { about: 'key', outcome: 'refused', request: 'req_1' }
  expect(filterOf(raw)).toEqual({ action: 'key.*', outcome: 'refused', requestId: 'req_1' })
})

test('what the log knows nothing of is not asked for', () => {
  expect(filterOf({ utm_source: 'mail', about: '-key', outcome: 'lost', request: '\u0000' })).toEqual({})
})
