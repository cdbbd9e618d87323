import { expect, test } from 'vitest'
import { type Break, problemsAfter } from './sound-file.fixture.ts'

const BREAKS: readonly Break[] = [
  [
    'a key twice',
    'prefix: acme',
    'prefix: acme\nprefix: acme',
    'x.yaml:3:1: The file has the key "prefix" twice. Remove one of them.',
  ],
  [
    'an alias',
    'maxKeys: 5',
    'maxKeys: &five 5\n  - id: b\n    label: B\n    maxKeys: *five',
    'x.yaml:42:14: plans[1].maxKeys is an alias, which a product file cannot have. Write the value out.',
  ],
  [
    'a YAML tag',
    'maxKeys: 5',
    'maxKeys: !!str 5',
    'x.yaml:39:20: plans[0].maxKeys has a YAML tag, which a product file cannot have. Remove the tag.',
  ],
  [
    'a key that is not text',
    'prefix: acme',
    'prefix: acme\n1: one',
    'x.yaml:3:1: The file has a key that is not text. Put the key in quotes.',
  ],
  [
    'nesting without an end',
    'name: Acme API',
    'name: [[[[[[[[]]]]]]]]',
    'x.yaml:1:7: name must be one line of text, 1 to 60 characters; found a list.',
    'x.yaml:1:13: name[0][0][0][0][0][0] lies deeper than anything in a product file. Remove this level.',
  ],
  [
    'a quote that is not closed',
    '"#3b5bdb"',
    '"#3b5bdb',
    'x.yaml:58:1: This is not YAML: Missing closing "quote. Check quotes and indentation here.',
  ],
  [
    'indentation that does not fit',
    '    label: Free',
    '   label: Free',
    'x.yaml:38:1: This is not YAML: Sequence item without - indicator. Check quotes and indentation here.',
    'x.yaml:38:11: This is not YAML: Nested mappings are not allowed in compact mappings. Check quotes and indentation here.',
    'x.yaml:38:11: This is not YAML: Implicit keys need to be on a single line. Check quotes and indentation here.',
    'x.yaml:39:14: This is not YAML: Nested mappings are not allowed in compact mappings. Check quotes and indentation here.',
    'x.yaml:39:14: This is not YAML: Implicit keys need to be on a single line. Check quotes and indentation here.',
    'x.yaml:41:1: This is not YAML: All mapping items must start at the same column. Check quotes and indentation here.',
    'x.yaml:42:1: This is not YAML: All mapping items must start at the same column. Check quotes and indentation here.',
  ],
  [
    'a second document',
    'prefix: acme\n',
    'prefix: acme\n---\n',
    'x.yaml:3:1: Here begins a second YAML document. Keep one to a file.',
  ],
]

test.each(BREAKS)('%s is told with its place and its remedy', (_what, from, to, ...problems) => {
  expect(problemsAfter(from, to)).toEqual(problems)
})
