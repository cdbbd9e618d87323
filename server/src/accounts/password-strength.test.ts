import type { AppError } from '@claviger/core'
import { expect, test } from 'vitest'
import { requireStrong } from './password-strength.ts'

const OWNER = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }

function verdictOn(password: string): Promise<string> {
  return requireStrong(password, OWNER, 'Vault', 'password').then(
    () => 'taken',
    (error: AppError) => error.code,
  )
}

test.each([
  ['password1234', 'common'],
  ['123456789012', 'a sequence'],
  ['qwertyuiop12', 'a row of keys'],
  ['aaaaaaaaaaaa', 'one letter'],
  ['P@ssword1234', 'a common one in disguise'],
  ['Ada.Lovelace@Example.com', 'the address'],
  ['x ada.lovelace@example.com x', 'around the address'],
  ['lovelacelovelace', 'the name'],
  ['vault1234567', 'the product'],
  ['x'.repeat(128), 'long, and nothing else'],
])('%s is refused: %s', async (password) => {
  expect(await verdictOn(password)).toBe('VALIDATION_FAILED')
})

test.each([
  'correct horse battery',
  'four words and spaces',
  'пароль из четырёх слов',
  '🔑🦄🐙🎺🧭🪁🫧🛶🧵🪜🧿🎏',
  'x9Kd7!vQ2pLm',
  'zebra lamp umbrella quartz '.repeat(4),
])('%s is taken', async (password) => {
  expect(await verdictOn(password)).toBe('taken')
})

test('the longest that is taken is judged in no time', async () => {
  await verdictOn('warm')
  const began = performance.now()
  for (const part of ['a', 'ab1', 'p4ssw0rd', '12', 'aA!', '@4$$']) await verdictOn(part.repeat(128).slice(0, 128))
  expect(performance.now() - began).toBeLessThan(1_500)
})
