import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { parseProduct } from './load.ts'
import { ProductFileError } from './product-file-error.ts'
import { SOUND } from './sound-file.fixture.ts'

/** True: a product; false: refused as a product file is. Anything else that is thrown fails the property. */
function isTaken(text: string): boolean {
  try {
    return Object.isFrozen(parseProduct(text, 'x.yaml'))
  } catch (error) {
    if (!(error instanceof ProductFileError)) throw error
    expect(error.problems.length).toBeGreaterThan(0)
    const lines = text.split(/\r\n|\n/)
    for (const { position } of error.problems) {
      expect(position?.line).toBeLessThanOrEqual(lines.length)
      expect(position?.column).toBeLessThanOrEqual((lines[(position?.line ?? 1) - 1]?.length ?? 0) + 1)
    }
    return false
  }
}

const fragment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '\n',
    '\t',
    '  ',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!!set ',
    '? ',
    '---\n',
  ),
  fc.constantFrom(
    '<<: ',
    '__proto__: 1\n',
    'constructor',
    'null',
    '~',
    '.nan',
    '-0',
    '1e400',
    '0x1f',
    '|',
    '>-',
    '%YAML 1.1\n',
  ),
  fc.nat(SOUND.length).map((at) => SOUND.slice(at, at + 40)),
)

const edits = fc.array(fc.record({ at: fc.nat(), cut: fc.nat({ max: 30 }), put: fragment }), {
  minLength: 1,
  maxLength: 6,
})

test('whatever is written into a sound file, nothing but a ProductFileError with places in the file comes of it', () => {
  const property = fc.property(edits, (changes) => {
    let text = SOUND
    for (const { at, cut, put } of changes) {
      const start = at % (text.length + 1)
      text = text.slice(0, start) + put + text.slice(start + cut)
    }
    isTaken(text)
  })
  fc.assert(property, { numRuns: 300 })
}, 60_000)

// Every place of the sound file, as the steps that lead to it.
function placesOf(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]]
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [[], ...entries.flatMap(([step, inner]) => placesOf(inner).map((place) => [step, ...place]))]
}
const places = placesOf(parseDocument(SOUND).toJS()).filter((place) => place.length > 0)

test('whatever stands at a place of a sound file, it is taken or refused as a product file is', () => {
  const property = fc.property(fc.constantFrom(...places), fc.option(fc.jsonValue()), (place, value) => {
    const document = parseDocument(SOUND)
    if (value === null) document.deleteIn(place)
    else document.setIn(place, document.createNode(value))
    isTaken(document.toString())
  })
  fc.assert(property, { numRuns: 150 })
}, 60_000)

test('no text at all is more than a ProductFileError', () => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => !isTaken(text))
  fc.assert(property)
})

test.each(['[', '{a: ', 'a:\n'])(
  'a file full of %j is refused in bounded time',
  (piece) => {
    expect(isTaken(piece.repeat(Math.floor((128 * 1024) / piece.length)))).toBe(false)
  },
  60_000,
)
