/**
 * What an address says under this name, as far as a list can be asked for it: no server takes every control character,
 * and nobody means one.
 * @returns undefined where that is nothing.
 */
export function readText(raw: Record<string, unknown>, name: string): string | undefined {
  const value = raw[name]
  const text = typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '') : ''
  return text === '' ? undefined : text
}
