// Control characters move the cursor, colour and retitle a terminal, or answer in the user's name; format characters
// hide text or turn its direction. The two joiners are left: emoji and several scripts are written with them.
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text of any origin, safe to show on a terminal and always a single line: what could act is shown as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** The same as JSON: still the same value to whoever parses it. */
export function printableJson(value: unknown): string {
  // JSON.stringify escapes only some of them.
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

const SECRET = /\b([a-z][a-z0-9]{1,11}(?:_[a-z0-9]{1,12})?_[0-9A-Za-z]{8})[0-9A-Za-z]{38}/g

/** Without the secret part of any secret in it: somebody may have typed one where it does not belong. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET, '$1…')
}
