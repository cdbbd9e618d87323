import { type Child, LOAD_CORE, SERVER_CORE, startChild } from '../child.ts'
import type { LoadOrder, LoadResult } from '../children/load.ts'
import { ASKED_SCOPE, createDeployment, type Deployment } from '../deployment.ts'
import type { Figure } from '../figure.ts'
import { median, ratios } from '../statistics.ts'

const KEYS = 1_000
/** New processes each time: how V8 happens to lay out one process is part of the spread. */
const GENERATIONS = 3
const ROUNDS_EACH = 3
/** Counted, not timed: a slow machine would otherwise measure code that is not compiled yet. */
const WARM_UP_REQUESTS = 40_000
const SECONDS = 2
/** What was noted during a round is written within a second after it, on that side's account. */
const SETTLE_MS = 1_100

const SIDES = ['claviger', 'uncounted', 'constant', 'bare'] as const
type Side = (typeof SIDES)[number]

interface Round {
  rate: number
  /** Processor time of the server per request, in microseconds. */
  cpuUs: number
  /** Share of the time that the server's and the generator's core worked for this round. */
  serverBusy: number
  loadBusy: number
}

export async function measureVerifyHttp(): Promise<Figure[]> {
  const deployment = await createDeployment(KEYS)
  const { child: load } = await startChild('load', { args: [deployment.dataDir], core: LOAD_CORE })
  const rounds: Record<Side, Round[]> = { claviger: [], uncounted: [], constant: [], bare: [] }
  for (let generation = 0; generation < GENERATIONS; generation++) {
    const servers = await startSides(deployment)
    for (const side of SIDES) await measureRound(load, servers[side], { amount: WARM_UP_REQUESTS })
    for (let turn = 0; turn < ROUNDS_EACH; turn++) {
      for (let at = 0; at < SIDES.length; at++) {
        const side = SIDES[(turn + at) % SIDES.length] as Side
        rounds[side].push(await measureRound(load, servers[side], { duration: SECONDS }))
      }
    }
    for (const side of SIDES) await servers[side].child.end()
  }
  await load.end()
  return [
    compare(rounds, 'uncounted', 'same app, usage not noted', 0.95),
    compare(rounds, 'constant', 'same app, constant verdict', 0.9),
    compare(rounds, 'bare', 'bare node:http, same bytes', 0.7),
  ]
}

interface Server {
  child: Child
  address: string
}

async function startSides(deployment: Deployment): Promise<Record<Side, Server>> {
  const start = async (side: Side, argument: string): Promise<Server> => {
    const { child, first } = await startChild<string>(side, { args: [argument], core: SERVER_CORE })
    return { child, address: first }
  }
  const claviger = await start('claviger', deployment.dataDir)
  const answer = await ask(claviger.address, deployment)
  const uncounted = await start('uncounted', deployment.dataDir)
  const constant = await start('constant', deployment.dataDir)
  const bare = await start('bare', JSON.stringify(answer))
  for (const { address } of [uncounted, constant, bare]) {
    const { body, headers } = await ask(address, deployment)
    if (body.length !== answer.body.length || Object.keys(headers).join() !== Object.keys(answer.headers).join()) {
      throw new Error('The sides of the comparison do not answer the same.')
    }
  }
  return { claviger, uncounted, constant, bare }
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

type Length = { duration: number } | { amount: number }

async function measureRound(load: Child, { child, address }: Server, length: Length): Promise<Round> {
  const before = await child.ask<number>('cpu')
  const result = await load.ask<LoadResult>({ address, ...length } satisfies LoadOrder)
  const during = await child.ask<number>('cpu')
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const after = await child.ask<number>('cpu')
  if (result.failures > 0) throw new Error(`${result.failures} requests failed.`)
  return {
    rate: result.requests / result.seconds,
    cpuUs: (after - before) / result.requests,
    serverBusy: (during - before) / 1e6 / result.seconds,
    loadBusy: result.cpuUs / 1e6 / result.seconds,
  }
}

function compare(rounds: Record<Side, Round[]>, other: Side, against: string, atLeast: number): Figure {
  const of = (side: Side, what: keyof Round) => rounds[side].map((round) => round[what])
  const middle = (side: Side, what: keyof Round) => median(of(side, what))
  const cpuRatios = ratios(of(other, 'cpuUs'), of('claviger', 'cpuUs'))
  const [ours, theirs] = [middle('claviger', 'cpuUs'), middle(other, 'cpuUs')]
  return {
    what: 'verify over HTTP, warm',
    against,
    unit: 'ratio',
    rounds: ratios(of('claviger', 'rate'), of(other, 'rate')),
    target: { atLeast },
    notes: [
      `${thousands(middle('claviger', 'rate'))}/s against ${thousands(middle(other, 'rate'))}/s`,
      `by processor time of the server: ${ours.toFixed(1)} µs against ${theirs.toFixed(1)} µs a request, ` +
        `${median(cpuRatios).toFixed(2)} × [${Math.min(...cpuRatios).toFixed(2)} – ${Math.max(...cpuRatios).toFixed(2)}]`,
      ...(['claviger', other] as const).map((side) =>
        saturation(side, middle(side, 'serverBusy'), middle(side, 'loadBusy')),
      ),
    ],
    limit: `a request costs ${(ours - theirs).toFixed(1)} µs more of the server's core`,
  }
}

function saturation(side: Side, serverBusy: number, loadBusy: number): string {
  const bottleneck =
    serverBusy >= 0.95
      ? 'saturated'
      : loadBusy >= 0.95
        ? 'the load generator is the limit: go by processor time'
        : 'something else used the machine: go by processor time'
  return `${side}: its core ${percent(serverBusy)} busy, the generator's ${percent(loadBusy)}; ${bottleneck}`
}

const thousands = (value: number) => Math.round(value).toLocaleString('en')
const percent = (share: number) => `${Math.round(share * 100)} %`
