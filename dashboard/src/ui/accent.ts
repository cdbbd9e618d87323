/** A product chooses any colour it likes; what is written in it or on it must be readable all the same. */

type Rgb = readonly [number, number, number]

/** WCAG 2.2, 1.4.3: text against what is behind it. */
const READABLE = 4.5

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]

export interface AccentColours {
  /** Behind the text of the main button. */
  accent: string
  onAccent: string
  /** The accent as text, on this background. */
  accentInk: string
}

/** @param hex `#rrggbb` @param background what text stands on, `#rrggbb` */
export function accentColours(hex: string, background: string): AccentColours {
  const accent = parse(hex)
  const behind = parse(background)
  const onAccent = contrast(accent, WHITE) >= READABLE ? WHITE : BLACK
  const away = luminance(behind) > 0.5 ? BLACK : WHITE
  let ink = accent
  for (let share = 0; contrast(ink, behind) < READABLE && share < 1; share += 0.05) ink = mix(accent, away, share)
  return { accent: format(accent), onAccent: format(onAccent), accentInk: format(ink) }
}

/** WCAG 2.2: from 1 (the same) to 21 (black on white). */
export function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

export function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (at: 0 | 1 | 2) => Math.round(from[at] + (to[at] - from[at]) * share)
  return [channel(0), channel(1), channel(2)]
}

function format(colour: Rgb): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}
