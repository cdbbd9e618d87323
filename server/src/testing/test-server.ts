import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifyAnswer } from '@claviger/core'
import { onTestFinished } from 'vitest'
import { composeCommand } from '../commands.ts'
import { type Config, readConfig } from '../config.ts'
import { compose } from '../main.ts'
import { temporaryDirectory } from './test-engine.ts'

/** A whole server over PostgreSQL, listening, as `claviger serve` puts it together. */
export interface ListeningServer {
  config: Config
  /** Of the service key that it is called with. */
  authorization: string
  address: string
  /** With a service key that may do everything. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: ReturnType<JSON['parse']> }>
  /** @returns the verdict's code, or the status where there is no verdict. */
  verify(secret: string): Promise<VerifyAnswer['code'] | number>
  ready(): Promise<number>
  close(): Promise<void>
}

export async function listen(
  databaseUrl: string,
  dataDir = join(temporaryDirectory(), 'data'),
): Promise<ListeningServer> {
  const config = readConfig({ dataDir, port: '0', logLevel: 'silent' }, { DATABASE_URL: databaseUrl })
  const server = await compose(config)
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= server.close()
    return closing
  }
  onTestFinished(close)
  const address = await server.listen()
  const command = await composeCommand(config)
  const { value } = await command.issueServiceKey({ name: 'test' })
  await command.close()
  const authorization = `Bearer ${value.secret?.reveal()}`
  const call: ListeningServer['call'] = async (method, path, body) => {
    const answer = await fetch(address + path, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }
  return {
    config,
    authorization,
    address,
    call,
    async verify(key) {
      const { status, body } = await call('POST', '/v1/keys/verify', { key })
      return status === 200 ? body.code : status
    },
    ready: async () => (await call('GET', '/readyz')).status,
    close,
  }
}

/** Asks again and again until the answer is the one that must come. @throws the last answer, when it does not come. */
export async function eventually<T>(ask: () => Promise<T>, wanted: T, withinMs = 15_000): Promise<void> {
  const until = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer === wanted) return
    if (performance.now() > until) throw new Error(`still ${answer} instead of ${wanted} after ${withinMs} ms`)
    await sleep(50)
  }
}
