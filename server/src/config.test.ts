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

describe('SMTP_URL', () => {
  const mail = (SMTP_URL: string, more: Record<string, string> = {}) => readConfig({}, { SMTP_URL, ...more }).mail

  test('unset or empty sends no mail', () => {
    expect(readConfig({}, {}).mail).toBeNull()
    expect(mail('', { CLAVIGER_MAIL_FROM: '' })).toBeNull()
  })

  test('names a mail server, how to sign in, and how it is encrypted: to another machine always, unless told otherwise', () => {
    const credentials = { user: 'me@example.com', password: 'p@/#' }
    for (const [url, wanted] of Object.entries({
      'smtp://mail.example.com': { port: 587, encryption: 'required', credentials: null },
      'smtp://me%40example.com:p%40%2F%23@mail.example.com:25/': { port: 25, encryption: 'required', credentials },
      'smtps://me%40example.com:p%40%2F%23@mail.example.com': { port: 465, encryption: 'from the start', credentials },
      'smtp://relay:25?tls=optional': { host: 'relay', encryption: 'where offered' },
      'smtp://localhost:1025': { host: 'localhost', encryption: 'where offered' },
      'smtp://a:b@127.0.0.1:1025': { encryption: 'where offered' },
      'smtp://[::1]:1025?tls=required': { host: '::1', encryption: 'required' },
      'smtp://[2001:db8::1]': { host: '2001:db8::1', encryption: 'required' },
    })) {
      expect(mail(url), url).toMatchObject(wanted)
    }
  })

  test('of anything else is refused by name, and its password is not repeated', () => {
    for (const url of [
      'http://user:hunter2@mail.example.com',
      'mail.example.com:hunter2',
      'smtp://',
      'smtp://user@mail.example.com',
      'smtp://:hunter2@mail.example.com',
      'smtp://user:hunter2%zz@mail.example.com',
      'smtp://user:hunter2#x@mail.example.com',
      'smtp://user:hun/ter2@mail.example.com',
      'smtp://user:hunter2@mail.example.com/path',
      'smtp://user:hunter2@mail.example.com:0',
      'smtp://user:hunter2@one,two',
      'smtp://user:hunter2@mail.example.com?tls=off',
      'smtp://user:hunter2@mail.example.com?pool=true',
      'smtps://user:hunter2@mail.example.com?tls=optional',
      'smtp://user:hunter2@mail.example.com?tls=optional',
    ]) {
      expect(() => mail(url), url).toThrow(/^SMTP_URL must be /)
      expect(() => mail(url), url).not.toThrow(/hun|\n/)
    }
  })

  test('goes with CLAVIGER_MAIL_FROM, by default an address at the host that links lead to', () => {
    const from = (CLAVIGER_MAIL_FROM: string, CLAVIGER_PUBLIC_URL = 'https://keys.example.com/') =>
      mail('smtp://mail.example.com', { CLAVIGER_MAIL_FROM, CLAVIGER_PUBLIC_URL })?.from
    expect(from('')).toEqual({ name: null, address: 'no-reply@keys.example.com' })
    expect(from('', 'http://192.0.2.1:4280')).toEqual({ name: null, address: 'no-reply@localhost' })
    expect(mail('smtp://mail.example.com')?.from.address).toBe('no-reply@localhost')
    expect(from('keys@example.com')).toEqual({ name: null, address: 'keys@example.com' })
    expect(from('"Acme, Keys" <keys@example.com>')).toEqual({ name: 'Acme, Keys', address: 'keys@example.com' })
    for (const text of ['keys', 'a b@example.com', 'A <a@b.c> x', 'A\r\nBcc: x <a@b.c>', 'a@b.c, d@e.f', '<>']) {
      expect(() => from(text), text).toThrow(/^CLAVIGER_MAIL_FROM must be an address like/)
    }
    expect(() => readConfig({}, { CLAVIGER_MAIL_FROM: 'keys@example.com' })).toThrow(/^SMTP_URL must be set/)
  })
})

describe('CLAVIGER_OIDC_…', () => {
  const ALL = {
    CLAVIGER_OIDC_ISSUER: 'https://login.example.com/realms/acme',
    CLAVIGER_OIDC_CLIENT_ID: 'claviger',
    CLAVIGER_OIDC_CLIENT_SECRET: 'hunter2',
    CLAVIGER_OIDC_LABEL: 'Acme SSO',
  }

  test('is one provider when all of them are set, and none when none is or all are empty', () => {
    expect(readConfig({}, ALL).oidc).toEqual({
      issuer: 'https://login.example.com/realms/acme',
      clientId: 'claviger',
      clientSecret: 'hunter2',
      label: 'Acme SSO',
    })
    expect(readConfig({}, {}).oidc).toBeNull()
    expect(readConfig({}, Object.fromEntries(Object.keys(ALL).map((name) => [name, '']))).oidc).toBeNull()
    for (const issuer of ['http://localhost:8080', 'http://127.0.0.1:9000/']) {
      expect(readConfig({}, { ...ALL, CLAVIGER_OIDC_ISSUER: issuer }).oidc?.issuer).toBe(issuer)
    }
  })

  test('names what is missing or wrong, and never repeats the secret', () => {
    for (const name of Object.keys(ALL)) {
      const attempt = () => readConfig({}, { ...ALL, [name]: undefined })
      expect(attempt, name).toThrow(new RegExp(`^${name} must be set as well`))
      expect(attempt, name).not.toThrow(/hunter2/)
    }
    for (const issuer of [
      'http://login.example.com',
      'login.example.com',
      'https://x.example/?a',
      'https://u@x.example',
    ]) {
      const attempt = () => readConfig({}, { ...ALL, CLAVIGER_OIDC_ISSUER: issuer })
      expect(attempt, issuer).toThrow(/^CLAVIGER_OIDC_ISSUER must be the https address/)
    }
    expect(() => readConfig({}, { ...ALL, CLAVIGER_OIDC_CLIENT_SECRET: 'hunter2'.repeat(80) })).not.toThrow(/hunter2/)
  })
})
