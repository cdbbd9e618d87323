import { randomInt } from 'node:crypto'
import autocannon from 'autocannon'
import { ASKED_SCOPE, readDeployment } from '../deployment.ts'
import { cpuUs } from './side.ts'

/** How many requests, each key in turn; or for how many seconds, in turn or drawn at random. */
export type Work = { amount: number } | { duration: number; drawn: boolean }

export type LoadOrder = Work & { address: string }

export interface LoadResult {
  /** Answered with 2xx. */
  requests: number
  failures: number
  seconds: number
  /** The generator's own processor time. */
  cpuUs: number
}

const CONNECTIONS = 16
/** Without it the generator, which costs as much a request as a bare server, would be the limit. */
const PIPELINING = 4

/** More than a connection asks in a round, and few enough that preparing them does not take longer than the round. */
const DRAWN = 2_500

// A deployment, and how many callers each key has; with none, nothing is said of who uses a key.
const [dataDir = '', callers = '0'] = process.argv.slice(2)
const { serviceSecret, secrets } = readDeployment(dataDir)
const headers = { authorization: `Bearer ${serviceSecret}`, 'content-type': 'application/json' }
const requests = (callers === '0' ? [{}] : Array.from({ length: Number(callers) }, describeCaller)).flatMap((caller) =>
  secrets.map((key) => ({
    method: 'POST',
    path: '/v1/keys/verify',
    headers,
    body: JSON.stringify({ key, scopes: [ASKED_SCOPE], ...caller }),
  })),
)
// Each connection goes round a share of its own, so that neighbouring requests never ask for the same key.
const shares = Array.from({ length: CONNECTIONS }, (_, share) => requests.filter((_, at) => at % CONNECTIONS === share))

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function run({ address, ...work }: LoadOrder): Promise<LoadResult> {
  const length = 'amount' in work ? { amount: Math.ceil(work.amount / CONNECTIONS) } : { duration: work.duration }
  const asked = 'drawn' in work && work.drawn ? shares.map(drawRequests) : shares
  const options = { url: address, connections: 1, pipelining: PIPELINING, sampleInt: 100, ...length }
  const running = asked.map((requests) => autocannon({ ...options, requests }))
  // They are under way now; preparing the requests is no part of it.
  const cpuBefore = cpuUs()
  const began = performance.now()
  const results = await Promise.all(running)
  const sum = (count: (result: autocannon.Result) => number) => results.reduce((total, each) => total + count(each), 0)
  return {
    requests: sum((result) => result['2xx']),
    failures: sum((result) => result.non2xx + result.errors),
    seconds: (performance.now() - began) / 1_000,
    cpuUs: cpuUs() - cpuBefore,
  }
}

function drawRequests(): typeof requests {
  return Array.from({ length: DRAWN }, () => requests[randomInt(requests.length)] as (typeof requests)[number])
}

function describeCaller(_: unknown, caller: number) {
  return {
    ip: `203.0.113.${caller + 1}`,
    client: { name: `worker-${caller}`, userAgent: 'exporter/1.4.2 (linux; x64)' },
  }
}
