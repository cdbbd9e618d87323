import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '@claviger/core'
import { expect, inject, onTestFinished, test } from 'vitest'
import { composeCommand, examine } from '../commands.ts'
import { readConfig } from '../config.ts'
import { queueNotice } from '../domain/queue-notice.ts'
import { compose } from '../main.ts'
import { TestMailServer } from '../testing/smtp-server.ts'
import { createPostgresDatabase, temporaryDirectory } from '../testing/test-engine.ts'
import { eventually } from '../testing/test-server.ts'

/** The settings of a server of one test's own, with these variables besides. */
async function settings() {
  const dataDir = join(temporaryDirectory(), 'data')
  const database =
    inject('engine') === 'postgres' ? { DATABASE_URL: await createPostgresDatabase(inject('postgres').template) } : {}
  return (more: Record<string, string>) =>
    readConfig({ dataDir, port: '0', logLevel: 'silent' }, { ...database, ...more })
}

async function serve(config: ReturnType<typeof readConfig>) {
  const server = await compose(config)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= server.close()
    return closing
  }
  onTestFinished(close)
  const address = await server.listen()
  const metric = async (name: string) => {
    const text = await (await fetch(`${address}/metrics`)).text()
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    )
  }
  return { notices: server.notices, address, metric, close }
}

/** Asks for a new password, as a command beside the server. */
async function askForPassword(config: ReturnType<typeof readConfig>, email: string): Promise<void> {
  const { domain, close } = await composeCommand(config)
  const now = Date.now()
  const personId = newId('usr', now, randomBytes)
  await domain.database.transact(async (writes) => {
    await writes.insertPerson({ id: personId, name: 'Ada', email, operator: false, passwordHash: null }, now)
    await queueNotice(domain, writes, [email], { notice: 'password-reset', facts: { personId } }, now)
    return { commit: true, value: null }
  })
  await close()
}

test('a server sends what a command beside it queued, survives a mail server that is down, and restarts with a queue', async () => {
  const configure = await settings()
  const mailServer = await TestMailServer.start()
  const SMTP_URL = mailServer.url
  const config = configure({ SMTP_URL, CLAVIGER_PUBLIC_URL: 'https://keys.example.com' })
  const first = await serve(config)
  await askForPassword(config, 'ada@example.com')
  await eventually(async () => mailServer.mails.length, 1)
  expect(mailServer.mails[0]?.parsed.text).toMatch(/https:\/\/keys\.example\.com\/reset-password#usr_/)
  await eventually(() => first.metric('claviger_mails_total{outcome="sent"}'), 1)
  expect(await first.metric('claviger_mails_total{outcome="refused"}')).toBe(0)

  await mailServer.stop()
  await askForPassword(config, 'bob@example.com')
  await eventually(() => first.metric('claviger_mails_total{outcome="postponed"}'), 1)
  await eventually(() => first.metric('claviger_mails_waiting'), 1)
  expect(await first.metric('claviger_mails_age_seconds')).toBeGreaterThan(0)
  expect((await fetch(`${first.address}/readyz`)).status).toBe(200)
  const began = performance.now()
  await first.close()
  expect(performance.now() - began).toBeLessThan(5_000)

  await askForPassword(config, 'eve@example.com')
  const again = await TestMailServer.start({ port: mailServer.port })
  const second = await serve(config)
  await eventually(async () => again.mails.map(({ envelope }) => envelope.to.join()).join(), 'eve@example.com')
  // The other waits for the minute that it was put off.
  await eventually(() => second.metric('claviger_mails_waiting'), 1)
  await second.close()
})

test('a server without SMTP_URL queues nothing and speaks to nobody; doctor says how mail stands', async () => {
  const configure = await settings()
  const mailServer = await TestMailServer.start()
  const without = configure({})
  const { metric, notices, close } = await serve(without)
  await askForPassword(without, 'ada@example.com')
  const doctor = async (config: ReturnType<typeof readConfig>) =>
    (await examine(config)).find(({ what }) => what === 'mail')
  expect(await doctor(without)).toMatchObject({ problem: null, detail: expect.stringMatching(/^not set up/) })
  expect([notices, await metric('claviger_mails_waiting')]).toEqual([[], 0])
  await close()

  const SMTP_URL = mailServer.url
  const local = await serve(configure({ SMTP_URL }))
  expect(local.notices).toEqual([expect.stringMatching(/^CLAVIGER_PUBLIC_URL is not set: links in mails/)])
  await sleep(100)
  expect(mailServer.mails).toEqual([])
  await local.close()

  expect(await doctor(configure({ SMTP_URL }))).toMatchObject({ problem: expect.stringMatching(/CLAVIGER_PUBLIC_URL/) })
  const CLAVIGER_PUBLIC_URL = 'https://keys.example.com'
  expect(await doctor(configure({ SMTP_URL, CLAVIGER_PUBLIC_URL }))).toMatchObject({ problem: null })
  await mailServer.stop()
  expect(await doctor(configure({ SMTP_URL, CLAVIGER_PUBLIC_URL }))).toMatchObject({
    problem: expect.stringMatching(/ECONNREFUSED/),
  })
})
