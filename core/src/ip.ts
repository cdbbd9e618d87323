/**
 * An address in unsigned 32-bit words, most significant first: one for IPv4, four for IPv6. IPv4-mapped IPv6
 * addresses (RFC 4291, section 2.5.5.2) are held as the IPv4 addresses they stand for, so that a dual-stack
 * socket's way of writing them slips past no list.
 */
export interface Ip {
  readonly family: 4 | 6
  readonly words: readonly number[]
}

export interface IpRange {
  /** The first address of the range. */
  readonly network: Ip
  /** Bits that all its addresses share: 0–32 for IPv4, 0–128 for IPv6. */
  readonly prefixLength: number
}

const LONGEST_ADDRESS = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'.length
const DECIMAL = /^(?:0|[1-9][0-9]{0,2})$/
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/
const MAPPED_PREFIX_LENGTH = 96

/** Null on anything but an address, also on zone ids and on IPv4 parts with leading zeros (octal to some readers). */
export function parseIp(text: string): Ip | null {
  if (text.length > LONGEST_ADDRESS) return null
  if (text.includes(':')) return parseIpv6(text)
  const word = parseDottedQuad(text)
  return word === null ? null : { family: 4, words: [word] }
}

/**
 * One address, or a range in CIDR notation; bits set beyond the prefix are cleared. IPv6 ranges hold no IPv4
 * addresses: `::/0` is all of IPv6 only, and an IPv4-mapped address with fewer than 96 bits is refused (null).
 */
export function parseIpRange(text: string): IpRange | null {
  const slash = text.indexOf('/')
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash))
  if (ip === null) return null
  const width = ip.words.length * 32
  if (slash < 0) return { network: ip, prefixLength: width }
  const suffix = text.slice(slash + 1)
  if (!DECIMAL.test(suffix)) return null
  const isMapped = ip.family === 4 && text.includes(':')
  const prefixLength = Number(suffix) - (isMapped ? MAPPED_PREFIX_LENGTH : 0)
  if (prefixLength < 0 || prefixLength > width) return null
  return { network: { family: ip.family, words: maskWords(ip.words, prefixLength) }, prefixLength }
}

export function inRanges(ip: Ip, ranges: readonly IpRange[]): boolean {
  for (const range of ranges) {
    if (isWithin(ip, range)) return true
  }
  return false
}

/** The one way to write a range: IPv6 as in RFC 5952, a single address without its prefix length. */
export function formatIpRange(range: IpRange): string {
  const { family, words } = range.network
  const address = family === 4 ? formatDottedQuad(words[0] as number) : formatIpv6(words)
  return range.prefixLength === words.length * 32 ? address : `${address}/${range.prefixLength}`
}

function isWithin(ip: Ip, range: IpRange): boolean {
  if (ip.family !== range.network.family) return false
  let bits = range.prefixLength
  for (let at = 0; bits > 0; at++) {
    const difference = (ip.words[at] as number) ^ (range.network.words[at] as number)
    if ((difference & maskOf(bits)) !== 0) return false
    bits -= 32
  }
  return true
}

function maskWords(words: readonly number[], prefixLength: number): number[] {
  return words.map((word, at) => (word & maskOf(prefixLength - at * 32)) >>> 0)
}

/** The upper `bits` of a word set; all from 32 on, none from 0 down. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? -1 : -1 << (32 - bits)
}

function parseDottedQuad(text: string): number | null {
  const octets = text.split('.')
  if (octets.length !== 4) return null
  let word = 0
  for (const octet of octets) {
    if (!DECIMAL.test(octet) || Number(octet) > 255) return null
    word = word * 256 + Number(octet)
  }
  return word
}

function parseIpv6(text: string): Ip | null {
  const groups = parseGroups(text)
  if (groups === null) return null
  const words = [0, 2, 4, 6].map((at) => (groups[at] as number) * 0x10000 + (groups[at + 1] as number))
  const [first, second, third, fourth] = words
  if (first === 0 && second === 0 && third === 0xffff) return { family: 4, words: [fourth as number] }
  return { family: 6, words }
}

/** Eight groups of 16 bits. */
function parseGroups(text: string): number[] | null {
  const hexadecimal = withoutDottedQuad(text)
  if (hexadecimal === null) return null
  const sides = hexadecimal.split('::')
  const head = parseSide(sides[0] as string)
  if (head === null || sides.length > 2) return null
  if (sides.length === 1) return head.length === 8 ? head : null
  const tail = parseSide(sides[1] as string)
  // `::` stands for at least one group.
  if (tail === null || head.length + tail.length > 7) return null
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function parseSide(side: string): number[] | null {
  if (side === '') return []
  const groups = side.split(':')
  return groups.every((group) => HEX_GROUP.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : null
}

/** The address with a dotted quad at its end rewritten as two groups. */
function withoutDottedQuad(text: string): string | null {
  const quadAt = text.lastIndexOf(':') + 1
  if (!text.includes('.', quadAt)) return text
  const word = parseDottedQuad(text.slice(quadAt))
  if (word === null) return null
  return `${text.slice(0, quadAt)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
}

function formatDottedQuad(word: number): string {
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff).join('.')
}

function formatIpv6(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  const gap = longestZeros(groups)
  if (gap.length < 2) return formatGroups(groups)
  return `${formatGroups(groups.slice(0, gap.start))}::${formatGroups(groups.slice(gap.start + gap.length))}`
}

function formatGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}

/** The first of the longest runs of zero groups. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let length = 0
  for (const [at, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > longest.length) longest = { start: at - length + 1, length }
  }
  return longest
}
