import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatIpRange, type Ip, type IpRange, inRanges, parseIp, parseIpRange } from './ip.ts'

function ip(text: string): Ip {
  return parseIp(text) as Ip
}

function range(text: string): IpRange {
  return parseIpRange(text) as IpRange
}

// Addresses that share their first bits, so that ranges are hit from both sides.
const ipv4 = fc
  .tuple(fc.constantFrom('10', '11', '192'), fc.nat(3), fc.nat(255), fc.nat(255))
  .map((all) => all.join('.'))
const group = fc.oneof(
  fc.constantFrom('0', '1', 'ffff', '8000'),
  fc.nat(0xffff).map((value) => value.toString(16)),
)
const ipv6 = fc
  .tuple(fc.constantFrom('2001:db8', '2001:db9', '0:0', 'fe80:0'), fc.array(group, { minLength: 6, maxLength: 6 }))
  .map(([head, tail]) => `${head}:${tail.join(':')}`)

describe('addresses', () => {
  test('are exactly what Node takes for one, without zones', () => {
    const nearly = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      ipv4,
      ipv6,
      fc.stringMatching(/^[0-9a-f:.]{0,20}$/),
      fc.stringMatching(/^(::)?([0-9a-f]{0,5}[:.]){1,9}[0-9a-f]{0,4}$/),
      fc.stringMatching(/^(::ffff:|::)?(0?[0-9]{1,3}\.){2,4}[0-9]{1,3}$/),
      fc.tuple(fc.ipV6(), fc.nat(40), fc.constantFrom(':', '.', '0', '%', '/', ' ', 'g')).map(([text, at, more]) => {
        return text.slice(0, at) + more + text.slice(at)
      }),
    )
    fc.assert(
      fc.property(nearly, (text) => {
        expect(parseIp(text) !== null).toBe(isIP(text) !== 0 && !text.includes('%'))
      }),
      { numRuns: 20_000 },
    )
  })

  test.each([
    '',
    ' 1.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.04',
    '0x1.2.3.4',
    '1.2.3.4/32',
    '16909060',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '12345::',
    'g::',
    '::1.2.3',
    '::ffff:1.2.3.04',
    '1.2.3.4::',
    '::1.2.3.4:5',
    'fe80::1%eth0',
    '[::1]',
    `::${'0'.repeat(60)}1`,
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeNull()
  })

  test('have one value however they are written', () => {
    for (const text of ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8::0:1', '2001:db8::0.0.0.1']) {
      expect(parseIp(text)).toEqual({ family: 6, words: [0x20010db8, 0, 0, 1] })
    }
    for (const text of ['1.2.3.4', '::ffff:1.2.3.4', '::FFFF:102:304', '0:0:0:0:0:ffff:1.2.3.4']) {
      expect(parseIp(text)).toEqual({ family: 4, words: [0x01020304] })
    }
    expect(parseIp('255.255.255.255')).toEqual({ family: 4, words: [0xffffffff] })
  })

  test('of IPv6 that only resemble mapped ones stay IPv6', () => {
    expect(parseIp('::1.2.3.4')?.family).toBe(6)
    expect(parseIp('::fffe:1.2.3.4')?.family).toBe(6)
    expect(parseIp('::ffff:0:1.2.3.4')?.family).toBe(6)
    expect(parseIp('64:ff9b::1.2.3.4')?.family).toBe(6)
  })
})

describe('ranges', () => {
  test('hold what Node says they hold', () => {
    const v4Range = fc.tuple(ipv4, fc.integer({ min: 0, max: 32 }))
    // A mapped address is one of IPv4 here, and so are its ranges; to Node it is in ranges of IPv6, too.
    const unmapped = ipv6.filter((address) => ip(address).family === 6)
    const v6Range = fc.tuple(unmapped, fc.integer({ min: 0, max: 128 }))
    const check = (family: 'ipv4' | 'ipv6', list: [string, number][], address: string) => {
      const model = new BlockList()
      for (const [network, prefix] of list) model.addSubnet(network, prefix, family)
      const ranges = list.map(([network, prefix]) => range(`${network}/${prefix}`))
      expect(inRanges(ip(address), ranges)).toBe(model.check(address, family))
    }
    fc.assert(
      fc.property(fc.array(v4Range, { maxLength: 3 }), ipv4, (list, address) => check('ipv4', list, address)),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.array(v6Range, { maxLength: 3 }), unmapped, (list, address) => check('ipv6', list, address)),
      { numRuns: 2000 },
    )
  })

  test('of IPv4 hold mapped addresses as Node does', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), ipv4, (network, prefix, address) => {
        const model = new BlockList()
        model.addSubnet(network, prefix, 'ipv4')
        const mapped = `::ffff:${address}`
        expect(inRanges(ip(mapped), [range(`${network}/${prefix}`)])).toBe(model.check(mapped, 'ipv6'))
      }),
    )
  })

  test('hold exactly the addresses that share their first bits', () => {
    const flip = (text: string, bit: number): string => {
      const bytes = text.split('.').map(Number)
      return bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte)).join('.')
    }
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(32), fc.nat(31), (address, prefix, bit) => {
        expect(inRanges(ip(flip(address, bit)), [range(`${address}/${prefix}`)])).toBe(bit >= prefix)
      }),
    )
  })

  test('of one family hold nothing of the other', () => {
    expect(inRanges(ip('1.2.3.4'), [range('::/0')])).toBe(false)
    expect(inRanges(ip('::1.2.3.4'), [range('0.0.0.0/0')])).toBe(false)
    expect(inRanges(ip('2001:db8::1'), [range('0.0.0.0/0')])).toBe(false)
  })

  test('written as mapped addresses are those of IPv4', () => {
    expect(parseIpRange('::ffff:10.0.0.0/104')).toEqual(parseIpRange('10.0.0.0/8'))
    expect(parseIpRange('::ffff:0:0/96')).toEqual(parseIpRange('0.0.0.0/0'))
    expect(parseIpRange('::ffff:10.1.2.3')).toEqual(parseIpRange('10.1.2.3'))
    expect(parseIpRange('::ffff:10.0.0.0/95')).toBeNull()
    expect(parseIpRange('::ffff:10.0.0.0/8')).toBeNull()
  })

  test.each(['', '/', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0/8.0'])(
    '%j is none',
    (text) => {
      expect(parseIpRange(text)).toBeNull()
    },
  )

  test.each(['::/129', '::/ 1', '10/8', '10.0.0.0 /8', '10.0.0.0/255.0.0.0', '10.0.0.0-10.0.0.9', '*'])(
    '%j is none',
    (text) => {
      expect(parseIpRange(text)).toBeNull()
    },
  )
})

describe('writing ranges', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['::ffff:10.1.2.3/120', '10.1.2.0/24'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['0:0:0:0:0:0:0:1/128', '::1'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['1:0:0:0:0:0:0:0', '1::'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatIpRange(range(text))).toBe(canonical)
  })

  test('and reading them again gives the same range', () => {
    const texts = fc.oneof(
      fc.tuple(ipv4, fc.nat(32)).map((parts) => parts.join('/')),
      fc.tuple(ipv6, fc.nat(128)).map((parts) => parts.join('/')),
      ipv4,
      ipv6,
    )
    fc.assert(
      fc.property(texts, (text) => {
        const once = range(text)
        expect(parseIpRange(formatIpRange(once))).toEqual(once)
      }),
    )
  })
})
