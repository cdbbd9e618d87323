import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accentColours, contrast, parse } from './accent.ts'

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('whatever colour a product chooses', () => {
  test.each(['#ffffff', '#f5f5f3', '#212120', '#121211'])('it can be read as text on %s', (background) => {
    fc.assert(
      fc.property(colour, (hex) => {
        const { accentInk } = accentColours(hex, background)
        expect(contrast(parse(accentInk), parse(background))).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  test('text on it can be read', () => {
    fc.assert(
      fc.property(colour, (hex) => {
        const { accent, onAccent } = accentColours(hex, '#ffffff')
        expect(contrast(parse(accent), parse(onAccent))).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  test('one that can be read already stays as it is', () => {
    expect(accentColours('#3b5bdb', '#ffffff')).toEqual({
      accent: '#3b5bdb',
      onAccent: '#ffffff',
      accentInk: '#3b5bdb',
    })
  })
})
