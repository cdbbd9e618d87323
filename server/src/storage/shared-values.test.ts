import { expect, test } from 'vitest'
import { parseShared, shareText } from './shared-values.ts'

test('what is alike is one value, and nobody who holds it can change it for the others', () => {
  const scopes = parseShared<string[]>('["records:read"]')
  expect(parseShared('["records:read"]')).toBe(scopes)
  expect(() => scopes.push('*')).toThrow(TypeError)
  const resources = parseShared<{ site: string[] }>('{"site":["a"]}')
  expect(() => resources.site.push('b')).toThrow(TypeError)
})

test('a long value is not kept, and reads the same', () => {
  const json = JSON.stringify(['x'.repeat(1_000)])
  expect(parseShared(json)).toEqual(parseShared(json))
  expect(parseShared(json)).not.toBe(parseShared(json))
  expect(shareText(null)).toBeNull()
})
