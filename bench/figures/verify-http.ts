import { type Child, LOAD_CORE, startChild } from '../child.ts'
import { ASKED_SCOPE, createDeployment, type Deployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { compareRates, measureRounds, type Side, startSide } from '../http-rounds.ts'

const KEYS = 1_000

export async function measureVerifyHttp(): Promise<Figure[]> {
  const deployment = await createDeployment(KEYS)
  const { child: load } = await startChild('load', { args: [deployment.dataDir], core: LOAD_CORE })
  const rounds = await measureRounds({
    names: ['claviger', 'constant', 'fastify', 'bare'],
    start: () => startSides(deployment, load),
    generations: 3,
    roundsEach: 3,
    warmUpRequests: 40_000,
  })
  await load.end()
  const what = 'verify over HTTP, warm'
  return [
    compareRates(rounds, ['claviger', 'constant'], {
      what,
      against: 'same app, constant verdict',
      target: { atLeast: 0.9 },
    }),
    compareRates(rounds, ['claviger', 'bare'], {
      what,
      against: 'bare node:http, same bytes',
      target: { atLeast: 0.7 },
    }),
    compareRates(rounds, ['fastify', 'bare'], {
      what: 'bare Fastify, same bytes',
      against: 'bare node:http, same bytes',
      target: null,
    }),
  ]
}

async function startSides(
  deployment: Deployment,
  load: Child,
): Promise<Record<'claviger' | 'constant' | 'fastify' | 'bare', Side>> {
  const { dataDir } = deployment
  const claviger = await startSide('claviger', [dataDir], load)
  const answer = await ask(claviger.address, deployment)
  const constant = await startSide('constant', [dataDir], load)
  const fastify = await startSide('fastify', [JSON.stringify(answer)], load)
  const bare = await startSide('bare', [JSON.stringify(answer)], load)
  for (const { address } of [constant, fastify, bare]) {
    const { body, headers } = await ask(address, deployment)
    if (body.length !== answer.body.length || Object.keys(headers).join() !== Object.keys(answer.headers).join()) {
      throw new Error('The sides of the comparison do not answer the same.')
    }
  }
  return { claviger, constant, fastify, bare }
}

async function ask(address: string, { serviceSecret, secrets }: Deployment) {
  const response = await fetch(`${address}/v1/keys/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serviceSecret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: secrets[0], scopes: [ASKED_SCOPE] }),
  })
  const body = await response.text()
  if (!body.includes('"VALID"')) throw new Error(`No valid verdict: ${body}`)
  // Node adds these itself.
  const added = ['date', 'connection', 'keep-alive']
  return { body, headers: Object.fromEntries([...response.headers].filter(([name]) => !added.includes(name))) }
}
