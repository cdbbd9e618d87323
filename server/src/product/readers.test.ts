import { expect, test } from 'vitest'
import { type Break, problemsAfter, problemsOf, SOUND } from './sound-file.fixture.ts'

const BREAKS: readonly Break[] = [
  ['a missing key', 'name: Acme API\n', '', 'x.yaml:1:1: The file lacks the key "name". Add one, e.g. name: Acme API.'],
  [
    'an unknown key',
    'prefix: acme',
    'prefix: acme\nenviroments: []',
    'x.yaml:3:1: The file knows no key "enviroments". Did you mean "environments"?',
  ],
  [
    'an unknown key like no other',
    'maxKeys: 5',
    'maxKeys: 5\n    colour: red',
    'x.yaml:40:5: plans[0] knows no key "colour". Known: id, label, maxKeys, scopes, defaultRateLimit, selfService.',
  ],
  [
    'a number where text belongs',
    'name: Acme API',
    'name: 2026',
    'x.yaml:1:7: name must be one line of text, 1 to 60 characters; found the number 2026. Put text in quotes.',
  ],
  [
    'text where a number belongs',
    'maxKeys: 5',
    'maxKeys: a few',
    'x.yaml:39:14: plans[0].maxKeys must be a whole number from 1, or null for no cap; found "a few".',
  ],
  [
    'a fraction of a key',
    'maxKeys: 5',
    'maxKeys: 2.5',
    'x.yaml:39:14: plans[0].maxKeys must be a whole number from 1, or null for no cap; found the number 2.5.',
  ],
  [
    'text where a switch belongs',
    'deleteRequiresRevoke: true',
    'deleteRequiresRevoke: yes',
    'x.yaml:44:25: lifecycle.deleteRequiresRevoke must be true or false; found "yes".',
  ],
  [
    'a value where a list belongs',
    '[name, action]',
    'name',
    'x.yaml:52:12: screen.columns must be a list; found "name". Write each entry on a line with a dash.',
  ],
  [
    'a value where a mapping belongs',
    'words: { key: API key }',
    'words: API key',
    'x.yaml:51:10: screen.words must be a mapping of keys to values; found "API key". Write "key: value" lines.',
  ],
  [
    'an empty list',
    '[name, action]',
    '[]',
    'x.yaml:52:12: screen.columns must not be empty. Add an entry or remove the key.',
  ],
  [
    'a colour without quotes',
    '"#3b5bdb"',
    '#3b5bdb',
    'x.yaml:50:11: screen.accent must be a colour as "#rrggbb"; found nothing. Text that begins with # needs quotes.',
  ],
  ['a colour by name', '"#3b5bdb"', 'blue', 'x.yaml:50:11: screen.accent must be a colour as "#rrggbb"; found "blue".'],
  [
    'text in two lines',
    'label: Free',
    'label: "Fr\\nee"',
    'x.yaml:38:12: plans[0].label must be one line of text, 1 to 60 characters; found "Fr\\nee".',
  ],
  [
    'text that is too long',
    'label: Free',
    `label: ${'x'.repeat(61)}`,
    'x.yaml:38:12: plans[0].label must be one line of text, 1 to 60 characters; found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"… (61 characters).',
  ],
  [
    'an ill-formed id',
    'id: read-only',
    'id: Read Only',
    'x.yaml:24:9: accessLevels[0].id must be an id of at most 40 lower-case letters, digits and single dashes, e.g. "read-only"; found "Read Only".',
  ],
  [
    'an ill-formed prefix',
    'prefix: acme',
    'prefix: acme_live',
    'x.yaml:2:9: prefix must be a letter and 1 to 11 more letters or digits, all lower-case, e.g. "acme"; found "acme_live".',
  ],
  [
    'an ill-formed environment tag',
    'tag: live',
    'tag: LIVE',
    'x.yaml:6:10: environments[0].tag must be 1 to 12 lower-case letters and digits, e.g. "live", or null for the prefix alone; found "LIVE".',
  ],
  [
    'two environments with one id',
    'id: test',
    'id: production',
    'x.yaml:9:9: environments[1].id repeats "production" of environments[0].id. Give each its own.',
  ],
  [
    'rotation after more than ten years',
    'rotationDays: 90',
    'rotationDays: 3651',
    'x.yaml:7:19: environments[0].rotationDays must be a whole number of days from 1 to 3650, or null for "as needed"; found the number 3651.',
  ],
  [
    'an unknown approval',
    'tag: test',
    'tag: test\n    approval: admins',
    'x.yaml:12:15: environments[1].approval must be one of none, admin; found "admins". Did you mean "admin"?',
  ],
  [
    'a wildcard in the catalogue',
    'id: records:write',
    'id: records:*',
    'x.yaml:16:9: scopes[1].id must be a scope "resource:action" without wildcards, e.g. "records:read"; found "records:*".',
  ],
  [
    'two scopes with one id',
    'id: records:write',
    'id: records:read',
    'x.yaml:16:9: scopes[1].id repeats "records:read" of scopes[0].id. Give each its own.',
  ],
  [
    'an access level without scopes',
    'scopes: [records:read]',
    'scopes: []',
    'x.yaml:27:13: accessLevels[0].scopes must not be empty. Add an entry or remove the key.',
  ],
  [
    'a rate limit without a window',
    ', windowSeconds: 60',
    '',
    'x.yaml:41:23: plans[0].defaultRateLimit lacks the key "windowSeconds". Add one, e.g. windowSeconds: 60.',
  ],
  [
    'an ill-formed environment variable',
    'ACME_API_KEY',
    '$ACME_API_KEY',
    'x.yaml:47:24: sampleRequest.environmentVariable must be the name of an environment variable, e.g. "ACME_API_KEY"; found "$ACME_API_KEY".',
  ],
  [
    'an unknown column',
    '[name, action]',
    '[name, lastUsd]',
    'x.yaml:52:19: screen.columns[1] must be one of name, prefix, status, environment, accessLevel, scopes, resources, createdAt, createdBy, lastUsed, lastUsedFrom, usage, expiresAt, action; found "lastUsd". Did you mean "lastUsed"?',
  ],
  [
    'a column twice',
    '[name, action]',
    '[name, name]',
    'x.yaml:52:19: screen.columns[1] repeats "name" of screen.columns[0]. Remove one.',
  ],
  [
    'an unknown menu entry',
    '[details, delete]',
    '[remove]',
    'x.yaml:53:10: screen.menu[0] must be one of details, edit, rotate, disable, enable, revoke, delete; found "remove". Did you mean "revoke"?',
  ],
  [
    'an unknown word',
    'words: { key: API key }',
    'words: { scope: Scope }',
    'x.yaml:51:12: screen.words knows no key "scope". Did you mean "scopes"?',
  ],
  [
    'an empty file',
    SOUND,
    '',
    'x.yaml:1:1: The file must be a mapping of keys to values; found nothing. Write "key: value" lines.',
  ],
  [
    'a list instead of a file',
    SOUND,
    '- name',
    'x.yaml:1:1: The file must be a mapping of keys to values; found a list. Write "key: value" lines.',
  ],
]

test.each(BREAKS)('%s is told with its place and its remedy', (_what, from, to, ...problems) => {
  expect(problemsAfter(from, to)).toEqual(problems)
})

test('the file that is broken here is sound', () => {
  expect(problemsOf(SOUND)).toEqual([])
})

test('everything that is wrong is told at once, in the order of the file', () => {
  const broken = SOUND.replace('name: Acme API', 'nmae: Acme API')
    .replace('rotationDays: 90', 'rotationDays: never')
    .replace('    description: See records\n', '')
    .replace('maxKeys: 5', 'maxKeys: 0\n    maxKeys: 5')
    .replace('deleteRequiresRevoke: true', 'deleteRequiresRevoke: 1')
    .replace('[details, delete]', '[details, delet, details]')
  expect(problemsOf(broken)).toEqual([
    'x.yaml:1:1: The file knows no key "nmae". Did you mean "name"?',
    'x.yaml:1:1: The file lacks the key "name". Add one, e.g. name: Acme API.',
    'x.yaml:7:19: environments[0].rotationDays must be a whole number of days from 1 to 3650, or null for "as needed"; found "never".',
    'x.yaml:13:5: scopes[0] lacks the key "description". Add one, e.g. description: See records.',
    'x.yaml:38:14: plans[0].maxKeys must be a whole number from 1, or null for no cap; found the number 0.',
    'x.yaml:39:5: plans[0] has the key "maxKeys" twice. Remove one of them.',
    'x.yaml:44:25: lifecycle.deleteRequiresRevoke must be true or false; found the number 1.',
    'x.yaml:53:19: screen.menu[1] must be one of details, edit, rotate, disable, enable, revoke, delete; found "delet". Did you mean "delete"?',
    'x.yaml:53:26: screen.menu[2] repeats "details" of screen.menu[0]. Remove one.',
  ])
})
