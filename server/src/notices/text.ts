import { withoutSecrets } from '@claviger/core'

/** Text of any origin, fit for a mail. */

/** Longer than any sentence of ours with names of usual length in it. */
const MAX_LENGTH = 600

/** What ends a line, moves a cursor, hides text or turns its direction. Two joiners are left: scripts need them. */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu

/** A single line, of bounded length, that begins no header and no paragraph and holds no secret. */
export function oneLine(text: string, maxLength = MAX_LENGTH): string {
  const line = withoutSecrets(text.replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim())
  return line.length > maxLength ? `${line.slice(0, maxLength).toWellFormed()}…` : line
}

/**
 * A line in which mail programs find no address to make a link of. For names that strangers read: an invitation must not
 * carry somebody else's advertisement under our sender.
 */
export function withoutAddresses(text: string): string {
  return oneLine(text).replace(/[.:@](?=[^\s.:@])/gu, '$& ')
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** @param at milliseconds since 1970. */
export function timeInWords(at: number): string {
  return `${TIME.format(at)} UTC`
}
