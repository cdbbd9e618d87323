import { expect, test } from 'vitest'
import { type Break, problemsAfter, problemsOf, SOUND } from './sound-file.fixture.ts'

const BREAKS: readonly Break[] = [
  [
    'a role that grants an unknown scope',
    'developer\n    scopes: [records:read]',
    'developer\n    scopes: [records:raed]',
    'x.yaml:56:14: roles[0].scopes[0] matches no scope: "records:raed". Did you mean "records:read"?',
  ],
  [
    'a role that grants in an unknown environment',
    'environments: [production]',
    'environments: [produktion]',
    'x.yaml:57:20: roles[0].environments[0] names no environment: "produktion". Did you mean "production"?',
  ],
  [
    'a role that grants nothing anyway',
    'id: developer',
    'id: viewer',
    'x.yaml:55:9: roles[0].id must be one of owner, admin, developer; found "viewer".',
  ],
  [
    'the prefix of service keys',
    'prefix: acme',
    'prefix: clv',
    'x.yaml:2:9: prefix must not be "clv", which marks service keys. Choose another.',
  ],
  [
    'two environments with one tag',
    'tag: test',
    'tag: live',
    'x.yaml:11:10: environments[1].tag repeats "live" of environments[0].tag. Give each its own, or null.',
  ],
  [
    'a scope about an unknown resource kind',
    'See records\n    resourceKinds: [project]',
    'See records\n    resourceKinds: [projekt]',
    'x.yaml:15:21: scopes[0].resourceKinds[0] names no resource kind: "projekt". Did you mean "project"?',
  ],
  [
    'a resource kind that limits no scope',
    'resourceKinds:\n  - id',
    'resourceKinds:\n  - { id: site, label: Site, pluralLabel: Sites }\n  - id',
    'x.yaml:29:5: resourceKinds[0] (site) limits no scope. Add it to the resourceKinds of the scopes it is about, or remove it.',
  ],
  [
    'a group without scopes',
    'resource: records',
    'resource: files',
    'x.yaml:20:15: scopeGroups[0].resource has no scopes: "files". Known: records.',
  ],
  [
    'an access level with an unknown scope',
    'scopes: [records:read]',
    'scopes: [records:raed]',
    'x.yaml:27:14: accessLevels[0].scopes[0] matches no scope: "records:raed". Did you mean "records:read"?',
  ],
  [
    'an access level named restricted',
    'id: read-only',
    'id: restricted',
    'x.yaml:24:9: accessLevels[0].id must not be "restricted", the level of scopes chosen one by one. Choose another id.',
  ],
  [
    'a plan with a wildcard that matches nothing',
    '["records:*"]',
    '["files:*"]',
    'x.yaml:40:14: plans[0].scopes[0] matches no scope: "files:*". Known: records:read, records:write.',
  ],
  [
    'per-scope control without access levels',
    SOUND.slice(SOUND.indexOf('accessLevels:'), SOUND.indexOf('resourceKinds:\n')),
    '',
    'x.yaml:28:5: features[0] (per-scope-control) leaves keys only whole access levels, and there are none. Add accessLevels.',
  ],
  [
    'a sample request without the secret',
    '{{secret}}',
    'secret',
    'x.yaml:46:9: sampleRequest.curl has no {{secret}}. Write {{secret}} where the key belongs.',
  ],
  [
    'a sample request with an unknown placeholder',
    '{{url}}',
    '{{uri}}',
    'x.yaml:46:9: sampleRequest.curl has the unknown placeholder "{{uri}}". Did you mean "{{url}}"?',
  ],
  [
    'a sample request with the secret in single quotes',
    `'curl "{{url}}" -H "Authorization: Bearer {{secret}}"'`,
    `curl -H 'Authorization{{secret}}'`,
    'x.yaml:46:9: sampleRequest.curl has {{secret}} between single quotes, where a shell fills in no variable. Use double quotes.',
  ],
]

test.each(BREAKS)('%s is told with its place and its remedy', (_what, from, to, ...problems) => {
  expect(problemsAfter(from, to)).toEqual(problems)
})

test('a rule is told beside faults in parts it has nothing to do with', () => {
  const broken = SOUND.replace('tag: test', 'tag: live').replace('maxKeys: 5', 'maxKeys: five')
  expect(problemsOf(broken)).toEqual([
    'x.yaml:11:10: environments[1].tag repeats "live" of environments[0].tag. Give each its own, or null.',
    'x.yaml:39:14: plans[0].maxKeys must be a whole number from 1, or null for no cap; found "five".',
  ])
})

test('what only follows from another fault is not told', () => {
  const broken = SOUND.replace('id: records:read', 'id: Records')
  expect(problemsOf(broken)).toEqual([
    'x.yaml:13:9: scopes[0].id must be a scope "resource:action" without wildcards, e.g. "records:read"; found "Records".',
  ])
})

test('environments without a tag share the prefix alone', () => {
  expect(problemsOf(SOUND.replace('tag: live', 'tag: null').replace('tag: test', 'tag: null'))).toEqual([])
})
