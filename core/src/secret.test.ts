import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

const CANARY = 'vlk_canary'

/** Everything the console writes when given `values`. */
function printed(...values: unknown[]): string {
  let output = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      output += String(chunk)
      done()
    },
  })
  const console = new Console({ stdout: stream, stderr: stream })
  console.log(...values)
  console.error(...values)
  console.dir(values, { showHidden: true, depth: null })
  console.table(values)
  return output
}

test('a secret reveals its text to those who ask for it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(new Secret(text).reveal()).toBe(text)
    }),
  )
})

test.each<[string, (secret: Secret) => string]>([
  ['a template', (secret) => `${secret}`],
  ['concatenation', (secret) => `key: ${[secret].join()}`],
  ['String()', (secret) => String(secret)],
  ['JSON', (secret) => JSON.stringify({ secret, list: [secret] })],
  ['inspection', (secret) => inspect({ secret }, { depth: null, showHidden: true, getters: true })],
  ['format', (secret) => format('%s %o %O %j', secret, secret, secret, secret)],
  ['the console', (secret) => printed(secret, { nested: { secret } })],
  ['an error', (secret) => inspect(new Error(`refused ${secret}`, { cause: secret }))],
])('%s says [secret] and never the text', (_way, print) => {
  const text = print(new Secret(CANARY))
  expect(text).toContain('[secret]')
  expect(text).not.toContain(CANARY)
})

test.each<[string, (secret: Secret) => unknown]>([
  ['inspection without hooks', (secret) => inspect(secret, { customInspect: false, showHidden: true })],
  ['its properties', (secret) => [Reflect.ownKeys(secret), Object.entries(secret)]],
  ['a spread copy', (secret) => ({ ...secret })],
  ['a structured clone', (secret) => structuredClone(secret)],
])('%s never holds the text', (_way, look) => {
  expect(inspect(look(new Secret(CANARY)), { depth: null })).not.toContain(CANARY)
})
