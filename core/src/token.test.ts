import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classifyToken, generateToken, isTag, SERVICE_KEY_TAG } from './token.ts'

interface Vectors {
  tags: string[]
  valid: { tag: string; note: string; token: string; prefix: string; sha256: string }[]
  invalid: { kind: 'malformed' | 'foreign'; reason: string; token: string }[]
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/secrets.json', import.meta.url), 'utf8'))

const tags = fc
  .tuple(fc.stringMatching(/^[a-z][a-z0-9]{1,11}$/), fc.option(fc.stringMatching(/^[a-z0-9]{1,12}$/), { nil: null }))
  .map(([prefix, environment]) => (environment === null ? prefix : `${prefix}_${environment}`))

const issued = tags.map((tag) => {
  const { prefix, secret } = generateToken(tag, randomBytes)
  return { tag, prefix, raw: secret.reveal() }
})

describe('golden vectors', () => {
  test.each(vectors.valid)('$tag, $note: taken for our own', ({ tag, token, prefix, sha256 }) => {
    expect(classifyToken(token, vectors.tags)).toEqual({ kind: 'own', tag, prefix })
    expect(createHash('sha256').update(token).digest('hex')).toBe(sha256)
  })

  test.each(vectors.invalid)('$reason: taken for $kind', ({ kind, token }) => {
    expect(classifyToken(token, vectors.tags)).toEqual({ kind })
  })
})

describe('tags', () => {
  test('a prefix stands alone or with an environment tag', () => {
    fc.assert(
      fc.property(tags, (tag) => {
        expect(isTag(tag)).toBe(true)
      }),
    )
    expect(isTag(SERVICE_KEY_TAG)).toBe(true)
  })

  test.each(['', 'a', '1ab', 'Vlk', 'a-b', 'acme_', '_live', 'acme__live', 'acme_live_eu', 'é1', 'ab\n', ' ab'])(
    '%j is no tag',
    (text) => {
      expect(isTag(text)).toBe(false)
    },
  )

  test('parts longer than twelve characters are refused', () => {
    expect(isTag(`${'a'.repeat(12)}_${'b'.repeat(12)}`)).toBe(true)
    expect(isTag('a'.repeat(13))).toBe(false)
    expect(isTag(`ab_${'b'.repeat(13)}`)).toBe(false)
  })

  test('no secret is generated for what is no tag', () => {
    expect(() => generateToken('Vlk', randomBytes)).toThrow(TypeError)
  })
})

describe('generated secrets', () => {
  test('are recognised under their tag, with their prefix', () => {
    fc.assert(
      fc.property(issued, ({ tag, prefix, raw }) => {
        expect(raw).toMatch(/^[a-z0-9_]+_[0-9A-Za-z]{46}$/)
        expect(raw).toHaveLength(tag.length + 47)
        expect(classifyToken(raw, [tag])).toEqual({ kind: 'own', tag, prefix })
      }),
    )
  })

  test('never repeat', () => {
    const seen = new Set(Array.from({ length: 1000 }, () => generateToken('vlk', randomBytes).secret.reveal()))
    expect(seen.size).toBe(1000)
  })

  test('are told apart where one tag begins with the other, in whatever order the tags stand', () => {
    const similar = ['acme', 'acme_live', 'acme_l', 'acm']
    fc.assert(
      fc.property(fc.constantFrom(...similar), fc.shuffledSubarray(similar, { minLength: 4 }), (tag, ordered) => {
        const { prefix, secret } = generateToken(tag, randomBytes)
        expect(classifyToken(secret.reveal(), ordered)).toEqual({ kind: 'own', tag, prefix })
      }),
    )
  })

  test('of another deployment are foreign', () => {
    fc.assert(
      fc.property(issued, ({ tag, raw }) => {
        fc.pre(tag !== 'vlk')
        expect(classifyToken(raw, ['vlk']).kind).toBe('foreign')
        expect(classifyToken(raw, []).kind).toBe('foreign')
      }),
    )
  })
})

describe('corruption', () => {
  test('of any single character of the body is malformed', () => {
    const character = fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), fc.stringMatching(/^[0-9A-Za-z]$/))
    fc.assert(
      fc.property(issued, fc.nat(), character, ({ tag, raw }, seed, replacement) => {
        const at = tag.length + 1 + (seed % 46)
        fc.pre(raw[at] !== replacement)
        const corrupted = raw.slice(0, at) + replacement + raw.slice(at + 1)
        expect(classifyToken(corrupted, [tag])).toEqual({ kind: 'malformed' })
      }),
      { numRuns: 2000 },
    )
  })

  test('of every character of one secret to every other of the alphabet is malformed', () => {
    const raw = generateToken('vlk', randomBytes).secret.reveal()
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    for (let at = 4; at < raw.length; at++) {
      for (const replacement of alphabet.replace(raw.charAt(at), '')) {
        const corrupted = raw.slice(0, at) + replacement + raw.slice(at + 1)
        expect(classifyToken(corrupted, ['vlk']).kind).toBe('malformed')
      }
    }
  })

  test('of the tag never yields a secret of ours, not even under another tag of ours', () => {
    fc.assert(
      fc.property(fc.constantFrom('vla', 'vlb', 'clk'), (other) => {
        const raw = generateToken('vlk', randomBytes).secret.reveal()
        expect(classifyToken(other + raw.slice(3), ['vlk', 'vla', 'vlb', 'clk'])).toEqual({ kind: 'malformed' })
      }),
    )
  })

  test('by cutting off or adding characters never yields a secret of ours', () => {
    fc.assert(
      fc.property(issued, fc.nat(), fc.string({ minLength: 1 }), ({ tag, raw }, length, more) => {
        expect(classifyToken(raw.slice(0, length % raw.length), [tag]).kind).not.toBe('own')
        expect(classifyToken(raw + more, [tag]).kind).not.toBe('own')
        expect(classifyToken(more + raw, [tag]).kind).not.toBe('own')
      }),
    )
  })
})

test('whatever is not of ours is foreign exactly if it is 8 to 512 printable ASCII characters', () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ minLength: 500, maxLength: 520 }),
  )
  fc.assert(
    fc.property(anything, (raw) => {
      const kind = /^[\x21-\x7e]{8,512}$/.test(raw) ? 'foreign' : 'malformed'
      expect(classifyToken(raw, ['vlk', 'acme_live'])).toEqual({ kind })
    }),
  )
})
