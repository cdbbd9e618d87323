import { expect, test } from 'vitest'
import { addPerson, Browser } from '../testing/browser.ts'
import { startApp } from '../testing/test-domain.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
const CHROME = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36'

test('a sign-in from a new place is told to the person, but not the first of all, nor one that looks like another', async () => {
  const server = await startApp({ mail: true })
  const { id, email } = await addPerson(server)
  const { db } = server.database.peopleTables
  const told = async () =>
    (await db.selectFrom('mails').selectAll().orderBy('id').execute()).map(({ facts_json }) => JSON.parse(facts_json))
  const from = (ip: string, userAgent: string) => {
    server.clock.advance(1_000)
    return new Browser(server, { ip, userAgent }).signIn(email)
  }

  await from('192.0.2.1', FIREFOX)
  await from('192.0.2.200', FIREFOX.replaceAll('130', '131'))
  expect(await told()).toEqual([])
  await from('192.0.2.1', CHROME)
  await from('198.51.100.1', FIREFOX)
  await from('2001:db8:1::1', FIREFOX)
  await from('2001:db8:1:ffff::2', FIREFOX)
  expect(await told()).toMatchObject([
    { personId: id, ip: '192.0.2.1', userAgent: CHROME },
    { personId: id, ip: '198.51.100.1' },
    { personId: id, ip: '2001:db8:1::1' },
  ])
  const [mail] = await db.selectFrom('mails').selectAll().execute()
  expect(mail).toMatchObject({ recipient: email, notice: 'new-sign-in' })

  // Wherever they come from, as many places are remembered, and none of them can be read.
  await server.database.transact(async (writes) => {
    for (let at = 0; at < 30; at++) await writes.notePlace(id, Buffer.alloc(32, at), at, 100)
    return { commit: true, value: null }
  })
  await from('203.0.113.1', FIREFOX)
  const places = await server.database.placesOf(id)
  expect(places).toHaveLength(20)
  for (const place of places) expect(place).toHaveLength(32)
  await from('192.0.2.1', FIREFOX)
  expect(await told()).toHaveLength(4)
})
