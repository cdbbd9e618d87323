import { generateToken, type Secret } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { searchable } from './pasted-secret.ts'

const catalog = {
  prefix: 'acme',
  environments: [{ tag: 'live' }, { tag: null }],
}

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const reveal = ({ secret, prefix }: { secret: Secret; prefix: string }) => ({ secret: secret.reveal(), prefix })

describe.each(['acme', 'acme_live'])('of a secret that begins with %s_', (tag) => {
  const { secret, prefix } = reveal(generateToken(tag, randomBytes))

  test('nothing is searched for but its public prefix', () => {
    expect(searchable(secret, catalog)).toBe(prefix)
    expect(searchable(`  ${secret}\n`, catalog)).toBe(prefix)
  })

  test('it is found within whatever it was copied with', () => {
    const copies = ['"X"', "'X'", 'X,', 'X;', 'ACME_API_KEY=X', 'export KEY="X"', 'Bearer X', 'Authorization: Bearer X']
    for (const copy of [...copies, '{ "key": "X" }', 'curl -H "X-API-Key: X" https://acme.example/v1']) {
      expect(searchable(copy.replace(/(?<![-A-Z])X/, secret), catalog), copy).toBe(prefix)
    }
  })

  test('that was copied in part, or wrongly, no more is kept either', () => {
    for (const damaged of [secret.slice(0, -3), `${secret.slice(0, -1)}!`.slice(0, -1), `${secret}x`]) {
      expect(searchable(damaged, catalog)).toBe(prefix)
    }
  })
})

test('what is no secret is searched for as it was typed', () => {
  for (const text of ['ci-runner', 'acme', 'acme_live', 'billing export', 'acme_live_3kTq8xYv', '2026', '']) {
    expect(searchable(text, catalog)).toBe(text)
  }
})
