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

test('of a long one only the beginning is judged: the time that it takes is bounded', async () => {
  expect(await verdictOn(`${'ab'.repeat(24)} zebra lamp umbrella quartz`)).toBe('VALIDATION_FAILED')
  expect(await verdictOn(`zebra lamp umbrella quartz ${'ab'.repeat(40)}`)).toBe('taken')
})
