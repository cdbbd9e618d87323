import { expect, test } from 'vitest'
import { isVisibleName } from './names.ts'

test.each([
  ['nothing', ''],
  ['blanks', ' \t\u00a0\u3000'],
  ['spaces without width', '\u200b\u200b'],
  ['a joiner of words', '\u2060'],
  ['joiners with nothing to join', '\u200c\u200d'],
  ['a direction and a bell', '\u202e\u0007'],
  ['a soft hyphen', '\u00ad'],
  ['a filler, which counts as a letter', '\u3164'],
  ['an empty pattern of Braille', '\u2800'],
  ['tags of a flag without the flag', '\u{e0067}\u{e0062}'],
  ['a variation of nothing', '\ufe0f'],
  ['half of a character', '\ud83d'],
])('%s cannot be seen', (_what, name) => {
  expect(isVisibleName(name)).toBe(false)
})

test.each([
  'ci-runner',
  '7',
  '–',
  '🔑',
  '👩🏽‍🚀',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  'مفتاح الفوترة',
  'می\u200cخواهم',
  'क्\u200dष',
  '支払い',
  '\u202eabc',
])('“%s” can be seen', (name) => {
  expect(isVisibleName(name)).toBe(true)
})
