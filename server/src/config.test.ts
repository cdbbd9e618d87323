import { formatIpRange } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const read = (DATABASE_URL?: string) => readConfig({}, DATABASE_URL === undefined ? {} : { DATABASE_URL })

describe('DATABASE_URL', () => {
  test('unset or empty is the embedded database', () => {
    expect(read().databaseUrl).toBeNull()
    expect(read('').databaseUrl).toBeNull()
  })

  test('names a PostgreSQL database, in either spelling of the scheme, over a network or a socket', () => {
    for (const url of [
      'postgres://localhost/claviger',
      'postgresql://user:p%40ss%2Fword@db.example.com:6432/claviger?sslmode=verify-full',
      'postgres://[::1]:5432/claviger',
      'postgres:///claviger?host=/var/run/postgresql',
      'postgres://user@%2Fvar%2Frun%2Fpostgresql/claviger',
    ]) {
      expect(read(url).databaseUrl).toBe(url)
    }
  })

  test('of anything else is refused by name, and its password is not repeated', () => {
    for (const url of [
      'mysql://user:hunter2@localhost/claviger',
      'localhost:5432/hunter2',
      'postgres://user:hunter2#x@localhost/claviger',
      'postgres://user:hun/ter2@localhost/claviger',
      'postgres://user:hunter2%zz@localhost/claviger',
      'postgres://one,two:hunter2/claviger',
      'postgres://user:hunter2@localhost/claviger/public',
      'hunter2',
    ]) {
      const attempt = () => read(url)
      expect(attempt, url).toThrow(ConfigError)
      expect(attempt, url).toThrow(/^DATABASE_URL must be like postgres:\/\//)
      expect(attempt, url).not.toThrow(/hun/)
    }
  })
})

describe('CLAVIGER_TRUSTED_PROXIES', () => {
  const proxies = (text: string | undefined) =>
    readConfig({}, { CLAVIGER_TRUSTED_PROXIES: text }).trustedProxies.map(formatIpRange)

  test('unset or empty trusts nobody', () => {
    for (const text of [undefined, '', ' ']) expect(proxies(text)).toEqual([])
  })

  test('is a list of addresses and ranges', () => {
    const text = '10.0.0.0/8, 192.0.2.1,2001:db8::/32,::ffff:192.0.2.2'
    expect(proxies(text)).toEqual(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '192.0.2.2'])
  })

  test('is refused as a whole where one part is neither, the flag by its own name', () => {
    for (const text of ['all', '10.0.0.0/33', '10.0.0.1,', 'loopback', '10.0.0.1 10.0.0.2', '010.0.0.1', '*']) {
      expect(() => proxies(text), text).toThrow(/^CLAVIGER_TRUSTED_PROXIES must be addresses and ranges/)
      expect(() => readConfig({ trustedProxies: text }, {}), text).toThrow(/^--trusted-proxies must be/)
    }
  })
})
