import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectClearFailure } from './command-failure.ts'
import { runClaviger, startServer, temporaryDirectory } from './running-server.ts'

const SOUND = readFileSync(new URL('../profiles/visitly.yaml', import.meta.url), 'utf8')

/** What is broken, how, where the fault is told, and words of the remedy. */
const BREAKS: [what: string, from: string, to: string, place: string, remedy: RegExp][] = [
  ['a missing name', 'name: Visitly\n', '', 'prefix: visitly', /lacks the key "name"\. Add one/],
  ['a key it does not know', 'lifecycle:', 'lifecycel:', 'lifecycel', /Did you mean "lifecycle"\?/],
  ['a key twice', 'prefix: visitly', 'prefix: visitly\nprefix: visitly', 'prefix: visitly@2', /twice\. Remove one/],
  ['the prefix of service keys', 'prefix: visitly', 'prefix: clv', 'clv', /marks service keys\. Choose another/],
  ['a prefix with capitals', 'prefix: visitly', 'prefix: Visitly', 'Visitly@3', /all lower-case, e\.g\. "acme"/],
  ['a number where text belongs', 'name: Visitly', 'name: 2026', '2026', /Put text in quotes/],
  ['text where a number belongs', 'rotationDays: 90', 'rotationDays: never', 'never', /whole number of days/],
  ['text where a switch belongs', 'deleteRequiresRevoke: true', 'deleteRequiresRevoke: yes', 'yes', /true or false/],
  ['a wildcard in the catalogue', 'id: visits:read', 'id: visits:*', 'visits:*', /without wildcards, e\.g\./],
  ['a scope twice', 'id: visits:write', 'id: visits:read', 'visits:read@2', /Give each its own/],
  [
    'an access level with an unknown scope',
    '[visitors:read, ',
    '[visitors:raed, ',
    'visitors:raed',
    /Did you mean "visitors:read"\?/,
  ],
  ['an access level without scopes', '[visitors:*, visits:*]', '[]', '[]', /Add an entry or remove the key/],
  ['an unknown resource kind', 'resourceKinds: [site]', 'resourceKinds: [sites]', 'sites]', /Did you mean "site"\?/],
  ['an unknown column', 'createdAt, lastUsed', 'createdAt, lastUsd', 'lastUsd', /Did you mean "lastUsed"\?/],
  ['an unknown menu entry', '[details, edit,', '[details, edti,', 'edti', /Did you mean "edit"\?/],
  ['a colour without quotes', '"#1f6feb"', '#1f6feb', '#1f6feb', /needs quotes/],
  [
    'an ill-formed environment variable',
    'VISITLY_API_KEY',
    '$VISITLY',
    '$VISITLY',
    /name of an environment variable, e\.g\./,
  ],
  ['an alias', 'maxKeys: null', 'maxKeys: *none', '*none', /Write the value out|not YAML/],
  ['a YAML tag', 'maxKeys: null', 'maxKeys: !!str 5', '5\n', /Remove the tag/],
  ['a second document', 'prefix: visitly\n', 'prefix: visitly\n---\n', '---', /Keep one to a file/],
  ['a quote that is not closed', '"#1f6feb"', '"#1f6feb', '', /not YAML: .*Check quotes and indentation/],
  ['a sample request without the secret', '{{secret}}', 'secret', '|', /Write {{secret}} where the key belongs/],
]

test('there are more than twenty of them, and the file that they break is sound', async () => {
  expect(BREAKS.length).toBeGreaterThanOrEqual(20)
  const profile = join(temporaryDirectory(), 'product.yaml')
  writeFileSync(profile, SOUND)
  expect((await (await startServer({ profile })).stop()).code).toBe(0)
})

describe('a start is refused with file, line, column and remedy, before anything is made, for a product file with', () => {
  test.concurrent.each(BREAKS)('%s', async (_what, from, to, place, remedy) => {
    const directory = temporaryDirectory()
    const [profile, dataDir] = [join(directory, 'product.yaml'), join(directory, 'data')]
    const broken = SOUND.replace(from, () => to)
    expect(broken).not.toBe(SOUND)
    writeFileSync(profile, broken)
    const refused = await runClaviger(['serve', '--port', '0', '--data-dir', dataDir, '--profile', profile])
    const [first = ''] = refused.stderr.split('\n')
    const lines = refused.stderr.trimEnd().split('\n')
    expectClearFailure(refused, ...lines.map(() => /^error: \S+product\.yaml:\d+:\d+: \S.*[.?]$/))
    expect(first).toContain(`error: ${profile}:${positionOf(broken, place)}`)
    expect(first).toMatch(remedy)
    expect(existsSync(dataDir)).toBe(false)
  })
})

/** @param place a text of the file, `@2` the second of its kind; empty: the place is not asserted. @returns `line:column`. */
function positionOf(text: string, place: string): string {
  if (place === '') return ''
  const [wanted = '', nth = '1'] = place.split('@')
  let index = -1
  for (let found = 0; found < Number(nth); found++) index = text.indexOf(wanted, index + 1)
  const before = text.slice(0, index).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}:`
}
