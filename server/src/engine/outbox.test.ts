import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { QueuedNotice } from '../domain/notice-facts.ts'
import { DatabaseUnavailable } from '../domain/ports.ts'
import { startOutbox } from '../testing/test-outbox.ts'
import { eventually } from '../testing/test-server.ts'
import { noticingMails } from './queued-mail.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const signIn = (personId: string): QueuedNotice => ({
  notice: 'new-sign-in',
  facts: { personId, ip: '192.0.2.1', userAgent: 'Firefox', at: 0 },
})

async function start(options: Parameters<typeof startOutbox>[0] = {}) {
  const server = await startOutbox(options)
  const { personId } = await server.newOwner('ada@example.com')
  /** Queues mails to the same person and has them looked for. */
  const send = async (count = 1) => {
    for (let at = 0; at < count; at++) await server.queue('ada@example.com', signIn(personId))
    server.outbox.wake()
  }
  /** Lets time go by. */
  const wait = (ms: number) => {
    server.clock.advance(ms)
    server.outbox.wake()
  }
  return { ...server, send, wait }
}

describe('a mail', () => {
  test('leaves when the change that queued it is committed, once, and is in the database no more', async () => {
    const { domain, outbox, send, becomes, waiting, mailServer, database, queue } = await start()
    const woken: string[] = []
    const noticing = noticingMails(database, () => woken.push('woken'))
    const mail = { id: 'msg_1', recipient: 'ada@example.com', createdAt: domain.clock.now(), ...signIn('nobody') }
    await noticing.transact(async (writes) => {
      await writes.queueMail(mail)
      return { commit: false, value: null }
    })
    await noticing.transact(async () => ({ commit: true, value: null }))
    expect([woken, await waiting()]).toEqual([[], []])
    await noticing.transact(async (writes) => {
      await writes.queueMail(mail)
      return { commit: true, value: null }
    })
    expect(woken).toEqual(['woken'])
    // Who it is about is nobody, so it is not sent.
    outbox.wake()
    await becomes('dropped')
    await send()
    await becomes('dropped', 'sent')
    expect(mailServer.mails).toHaveLength(1)
    await eventually(async () => (await waiting()).length, 0)

    const silent = noticingMails(database, null)
    await silent.transact(async (writes) => {
      await writes.queueMail(mail)
      return { commit: true, value: null }
    })
    expect(await waiting()).toEqual([])
    await queue([], signIn('nobody'))
    expect(await waiting()).toEqual([])
  })

  test('that is put off is tried again after a minute, then two, four … six hours, and given up after three days', async () => {
    const { mailServer, send, wait, waiting, outcomes, reasons, clock, told } = await start()
    mailServer.refuse = (stage) => (stage === 'recipient' ? { code: 451, words: 'Greylisted,\ttry later' } : null)
    const began = clock.now()
    await send()
    const waits: number[] = []
    for (let tries = 1; ; tries++) {
      await eventually(async () => outcomes.length, tries)
      const [mail] = await waiting()
      if (!mail) break
      waits.push((mail.nextAttemptAt - clock.now()) / MINUTE)
      expect([mail.attempts, mail.lastError]).toEqual([tries, expect.stringContaining('451 Greylisted, try later')])
      wait(mail.nextAttemptAt - clock.now() - 1)
      await sleep(5)
      expect(outcomes).toHaveLength(tries)
      wait(1)
    }
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360])
    expect(clock.now() - began).toBe(3 * DAY)
    expect([outcomes.at(-1), reasons.at(-1)]).toEqual(['expired', expect.stringContaining('Greylisted')])
    // Every other mail would have been taken.
    expect(told).toEqual([])
  }, 60_000)

  test('is given up at once where its recipient or its contents are refused for good', async () => {
    const { mailServer, send, becomes, waiting, reasons, told } = await start()
    mailServer.refuse = (stage) => (stage === 'recipient' ? { code: 550, words: 'No such user' } : null)
    await send()
    await becomes('refused')
    mailServer.refuse = (stage) => (stage === 'letter' ? { code: 554, words: 'No https://x.example/#tok-en' } : null)
    await send()
    await becomes('refused', 'refused')
    mailServer.refuse = () => null
    await send()
    await becomes('refused', 'refused', 'sent')
    await eventually(async () => (await waiting()).length, 0)
    expect(reasons).toEqual([
      expect.stringContaining('550 No such user'),
      // Whatever a server repeats of a letter, links are not kept.
      expect.stringContaining('554 No https://x.example/#…'),
    ])
    expect(told).toEqual([])
  })

  test('to something that is no plain address is refused without asking the mail server', async () => {
    const { mailServer, queue, newOwner, outbox, outcomes } = await start()
    const addresses = ['"a b"@example.com', 'a<b@example.com', 'a,b@example.com', 'a\u0001@example.com', 'a@[::1]']
    for (const address of addresses) {
      const { personId } = await newOwner(address)
      await queue(address, signIn(personId))
    }
    outbox.wake()
    await eventually(async () => outcomes.length, addresses.length)
    expect(new Set(outcomes)).toEqual(new Set(['refused']))
    expect(mailServer.connections).toBe(0)
  })
})

describe('while the mail server is down', () => {
  test('all mails wait, one finds out when it is back, and it is told of twice', async () => {
    const { mailServer, send, wait, outcomes, told, waiting, clock } = await start()
    mailServer.refuse = () => ({ code: 421, words: 'Closing' })
    await send(6)
    await eventually(async () => told.length, 1)
    // Those that were on their way with the first.
    const heldUntil = clock.now() + 5 * MINUTE
    await eventually(async () => (await waiting()).filter((mail) => mail.nextAttemptAt === heldUntil).length, 0)
    const tries = outcomes.length
    for (let pauses = 1; pauses <= 6; pauses++) {
      const before = outcomes.length
      wait(5 * MINUTE)
      await eventually(async () => outcomes.length, before + 1)
      await sleep(20)
      expect(outcomes).toHaveLength(before + 1)
    }
    expect([told, tries <= 4, (await waiting()).length]).toEqual([['unreachable'], true, 6])
    mailServer.refuse = () => null
    wait(5 * MINUTE)
    await eventually(async () => mailServer.mails.length, 6)
    expect(told).toEqual(['unreachable', 'reachable'])
    expect(new Set(mailServer.mails.map(({ parsed }) => parsed.messageId)).size).toBe(6)
  })

  test('no connection, a wrong password and a refused sender are the server’s fault, and no mail is given up', async () => {
    const { mailServer, send, wait, told, becomes, outcomes } = await start({ smtpUrl: 'smtp://127.0.0.1:1' })
    await send()
    await becomes('postponed')
    wait(HOUR)
    await becomes('postponed', 'postponed')
    expect(told).toEqual(['unreachable'])
    expect([mailServer.connections, outcomes]).toEqual([0, ['postponed', 'postponed']])

    const other = await start()
    other.mailServer.refuse = (stage) => (stage === 'sender' ? { code: 553, words: 'Not your address' } : null)
    await other.send()
    await other.becomes('postponed')
    expect(other.told).toEqual(['unreachable'])
  })
})

describe('two that send from one database', () => {
  test('send each mail once', async () => {
    const { mailServer, send, startAnother, outcomes, waiting, outbox } = await start()
    const others = [startAnother(), startAnother()]
    await send(40)
    for (const each of [outbox, ...others]) each.wake()
    await eventually(async () => outcomes.length, 40)
    expect(new Set(mailServer.mails.map(({ parsed }) => parsed.messageId)).size).toBe(40)
    expect(mailServer.mails).toHaveLength(40)
    await eventually(async () => (await waiting()).length, 0)
  })

  test('never hold more than four connections each', async () => {
    let open = 0
    let most = 0
    const { mailServer, send } = await start()
    mailServer.beforeTaking = async () => {
      most = Math.max(most, ++open)
      await sleep(10)
      open--
    }
    await send(20)
    await eventually(async () => mailServer.mails.length, 20)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(4)
  })
})

describe('a server that stops', () => {
  test('lets mails on their way arrive, leaves the others, and the next one sends those', async () => {
    const { mailServer, send, outbox, startAnother, waiting, outcomes } = await start()
    mailServer.beforeTaking = () => sleep(300)
    await send(6)
    await eventually(async () => mailServer.connections, 4)
    await outbox.close()
    expect([mailServer.mails.length, (await waiting()).length, outcomes]).toEqual([4, 2, Array(4).fill('sent')])
    outbox.wake()
    await sleep(20)
    expect(mailServer.connections).toBe(4)
    startAnother()
    await eventually(async () => mailServer.mails.length, 6)
    await eventually(async () => (await waiting()).length, 0)
  })

  test('waits three seconds for a mail server that does not answer, and puts the mail back', async () => {
    const { mailServer, send, outbox, waiting, outcomes, clock, startAnother } = await start()
    let answer = () => {}
    mailServer.beforeTaking = () => new Promise((resolve) => (answer = resolve))
    await send()
    await eventually(async () => mailServer.connections, 1)
    const began = performance.now()
    await outbox.close()
    expect(performance.now() - began).toBeLessThan(4_500)
    expect(await waiting()).toMatchObject([{ attempts: 0, nextAttemptAt: clock.now(), lastError: null }])
    expect(outcomes).toEqual([])
    answer()
    mailServer.beforeTaking = async () => {}
    startAnother()
    await eventually(async () => outcomes.join(), 'sent')
    // It was taken twice, and says that it is the same.
    expect(new Set(mailServer.mails.map(({ parsed }) => parsed.messageId)).size).toBe(1)
  })

  test('without a goodbye loses nothing: five minutes later what it held is sent by another', async () => {
    const { send, outbox, database, clock, waiting, startAnother, mailServer } = await start()
    await outbox.close()
    await send(2)
    expect(await database.takeDueMails(clock.now(), clock.now() + 5 * MINUTE, 1)).toHaveLength(1)
    const next = startAnother()
    await eventually(async () => mailServer.mails.length, 1)
    expect(await waiting()).toHaveLength(1)
    clock.advance(5 * MINUTE)
    next.wake()
    await eventually(async () => mailServer.mails.length, 2)
    await eventually(async () => (await waiting()).length, 0)
  })
})

describe('a database that goes away', () => {
  test('between sending and removing does not have a mail sent twice', async () => {
    let away = true
    const { send, wait, mailServer, told, waiting, outcomes } = await start({
      mailStore: (real) => ({
        ...real,
        async removeMail(id) {
          if (away) throw new DatabaseUnavailable('away')
          await real.removeMail(id)
        },
      }),
    })
    await send()
    await eventually(async () => outcomes.join(), 'sent')
    for (let looks = 0; looks < 5; looks++) {
      wait(HOUR)
      await sleep(20)
    }
    expect([mailServer.mails.length, told, (await waiting()).length]).toEqual([1, ['away'], 1])
    away = false
    wait(0)
    await eventually(async () => (await waiting()).length, 0)
    expect(mailServer.mails).toHaveLength(1)
  })

  test('is told of once, and all is sent when it is back', async () => {
    let away = true
    const { send, wait, mailServer, told } = await start({
      mailStore: (real) => ({
        ...real,
        async takeDueMails(...taking) {
          if (away) throw new DatabaseUnavailable('away')
          return real.takeDueMails(...taking)
        },
      }),
    })
    await send(3)
    for (let looks = 0; looks < 20; looks++) {
      wait(1)
      await sleep(2)
    }
    expect(told).toEqual(['away'])
    away = false
    wait(1)
    await eventually(async () => mailServer.mails.length, 3)
  })
})

test('a notice that this version does not know waits, and keeps no other from being sent', async () => {
  const { database, send, clock, mailServer, told, waiting, outcomes } = await start()
  const mail = { id: 'msg_0', recipient: 'ada@example.com', createdAt: clock.now() }
  const { db } = database.peopleTables
  const due = { next_attempt_at: clock.now(), attempts: 0, last_error: null, created_at: mail.createdAt }
  const row = { id: mail.id, recipient: mail.recipient, ...due }
  await db
    .insertInto('mails')
    .values({ ...row, notice: 'toString', facts_json: '{}' })
    .execute()
  const malformed = { ...row, id: 'msg_00', notice: 'invitation', facts_json: '{"invitationId":1}' }
  await db.insertInto('mails').values(malformed).execute()
  await send()
  await eventually(async () => mailServer.mails.length, 1)
  await eventually(async () => outcomes.filter((outcome) => outcome === 'postponed').length, 2)
  expect(await waiting()).toMatchObject([{ attempts: 1, lastError: 'it could not be written' }, { attempts: 1 }])
  expect(told.sort()).toEqual([
    'a mail waits with a notice that this version does not know: invitation',
    'a mail waits with a notice that this version does not know: toString',
  ])
})
