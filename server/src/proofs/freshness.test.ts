import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../testing/test-domain.ts'
import { lateLookup, startTrack } from './races.fixture.ts'
import { Timeline } from './timeline.fixture.ts'

/** What a key answers in between two changes. */
interface State {
  /** How often it was edited. */
  edits: number
  disabled: boolean
  suspended: boolean
  /** Its live secret, of all it ever had. */
  live: number
}

function expected(secret: number, { live, suspended, disabled, edits }: State): string {
  if (secret !== live) return 'ROTATED'
  if (suspended) return 'ORGANIZATION_SUSPENDED'
  return disabled ? 'DISABLED' : `VALID ${edits}`
}

describe('verdicts among changes', () => {
  test('none that begins after a change has returned rests on the state before it', async () => {
    const { create, change, call, organization } = await startTrack({ lookup: lateLookup, memory: { maxSecrets: 3 } })
    const { url, secret } = await create({ metadata: { edits: 0 } })
    const secrets = [secret]
    let state: State = { edits: 0, disabled: false, suspended: false, live: 0 }
    const timeline = new Timeline<State>(state)
    const ask = async () => {
      const at = secrets.length - 1 - Math.floor(Math.random() * Math.min(2, secrets.length))
      const { answer, possible } = await timeline.ask(() =>
        call('POST', '/v1/keys/verify', { body: { key: secrets[at] } }),
      )
      const { code, key } = answer.body
      expect(possible.map((one) => expected(at, one))).toContain(
        code === 'VALID' ? `VALID ${key.metadata.edits}` : code,
      )
    }
    const apply = async (next: Partial<State>, act: () => Promise<Answer>) => {
      state = { ...state, ...next }
      await timeline.change(state, async () => {
        const { status, body } = await act()
        expect(status).toBe(200)
        if (typeof body.secret === 'string') secrets.push(body.secret)
      })
      // Sometimes the next change comes so soon that look-ups from before it are still on their way when it returns.
      await sleep(Math.random() * 6)
      // Nothing is changed meanwhile, so that only one answer is right.
      if (Math.random() < 0.5) await ask()
    }
    let writing = true
    const write = async () => {
      for (let round = 1; round <= 8; round++) {
        await apply({ edits: round }, () => call('PATCH', url, { body: { metadata: { edits: round } } }))
        await apply({ disabled: true }, () => change(`${url}/disable`))
        await apply({ disabled: false }, () => change(`${url}/enable`))
        await apply({ suspended: true }, () => change(`${organization}/suspend`))
        await apply({ suspended: false }, () => change(`${organization}/resume`))
        await apply({ live: round }, () => change(`${url}/rotate`))
      }
    }
    const read = async () => {
      while (writing) await ask()
    }
    await Promise.all([write().finally(() => (writing = false)), ...Array.from({ length: 4 }, read)])
  })

  test('none says of a secret that it is unknown once it has been taken over, nor else once it is deleted', async () => {
    const options = { lookup: lateLookup, deleteRequiresRevoke: false, memory: { maxSecrets: 3, maxAbsent: 3 } }
    const { change, call, keys, verify } = await startTrack(options)
    const texts = Array.from({ length: 8 }, (_, at) => `legacy-${at}`)
    const importOne = async (text: string): Promise<string> => {
      const sha256 = createHash('sha256').update(text).digest('hex')
      const { body } = await change(`${keys}/import`, { items: [{ name: 'k', sha256 }] })
      return body.items[0].key.id
    }
    // From now on a secret of any form is worth a look-up.
    await importOne('the first')
    await Promise.all(
      texts.map(async (text) => {
        const timeline = new Timeline('UNKNOWN')
        const ask = async () => {
          const { answer, possible } = await timeline.ask(() => verify(text))
          expect(possible).toContain(answer)
        }
        let writing = true
        const write = async () => {
          for (let times = 0; times < 3; times++) await ask()
          let id = ''
          await timeline.change('VALID', async () => {
            id = await importOne(text)
          })
          for (let times = 0; times < 5; times++) await ask()
          await timeline.change('UNKNOWN', async () => {
            expect((await call('DELETE', `${keys}/${id}?confirm=in-use`)).status).toBe(200)
          })
          for (let times = 0; times < 5; times++) await ask()
        }
        const read = async () => {
          while (writing) await ask()
        }
        await Promise.all([write().finally(() => (writing = false)), read(), read()])
      }),
    )
  })
})
