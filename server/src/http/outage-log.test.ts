import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@claviger/core'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { OutageLog } from './outage-log.ts'

describe('the log of an outage', () => {
  function record() {
    const lines: { level: string; msg: string; times?: number; requestId?: string }[] = []
    const log = pino(
      { formatters: { level: (level) => ({ level }) } },
      { write: (line) => lines.push(JSON.parse(line)) },
    )
    return { lines, outages: new OutageLog(log, 100) }
  }

  test('has one full line for each kind of failure, and then counts', () => {
    const { lines, outages } = record()
    const [database, claim] = ['the database is gone', 'the claim is lost'].map(
      (text) => new AppError('UNAVAILABLE', text),
    )
    if (!database || !claim) throw new Error('both are there')
    for (let i = 0; i < 1_000; i++) outages.note(database, `req_${i}`)
    outages.note(claim, 'req_x')
    expect(lines).toMatchObject([
      { level: 'error', msg: 'the database is gone', requestId: 'req_0', err: expect.anything() },
      { level: 'error', msg: 'the claim is lost', requestId: 'req_x' },
    ])
    outages.close()
    expect(lines.slice(2)).toMatchObject([{ level: 'error', msg: 'the database is gone', times: 999 }])
  })

  test('counts every few seconds while it lasts, and tells the next one in full again', {
    timeout: 30_000,
  }, async () => {
    const { lines, outages } = record()
    const gone = new AppError('UNAVAILABLE', 'gone')
    for (let i = 0; i < 3; i++) outages.note(gone, 'req_a')
    await sleep(150)
    expect(lines).toMatchObject([{ requestId: 'req_a' }, { times: 2 }])
    await sleep(150)
    outages.note(gone, 'req_b')
    expect(lines.slice(2)).toMatchObject([{ requestId: 'req_b' }])
    outages.close()
  })
})
