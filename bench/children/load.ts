import autocannon from 'autocannon'
import { ASKED_SCOPE, readDeployment } from '../deployment.ts'
import { cpuUs } from './side.ts'

/** How long, or how many. */
export type LoadOrder = { address: string } & ({ duration: number } | { amount: number })

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

const [dataDir = ''] = process.argv.slice(2)
const { serviceSecret, secrets } = readDeployment(dataDir)
const headers = { authorization: `Bearer ${serviceSecret}`, 'content-type': 'application/json' }
const requests = secrets.map((key) => ({
  method: 'POST',
  path: '/v1/keys/verify',
  headers,
  body: JSON.stringify({ key, scopes: [ASKED_SCOPE] }),
}))
// Each connection goes round a share of its own, so that neighbouring requests never ask for the same key.
const shares = Array.from({ length: CONNECTIONS }, (_, share) => requests.filter((_, at) => at % CONNECTIONS === share))

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function run({ address, ...order }: LoadOrder): Promise<LoadResult> {
  const length = 'amount' in order ? { amount: Math.ceil(order.amount / CONNECTIONS) } : order
  const cpuBefore = cpuUs()
  const began = performance.now()
  const results = await Promise.all(
    shares.map((share) =>
      autocannon({ url: address, connections: 1, pipelining: PIPELINING, sampleInt: 100, requests: share, ...length }),
    ),
  )
  const sum = (count: (result: autocannon.Result) => number) => results.reduce((total, each) => total + count(each), 0)
  return {
    requests: sum((result) => result['2xx']),
    failures: sum((result) => result.non2xx + result.errors),
    seconds: (performance.now() - began) / 1_000,
    cpuUs: cpuUs() - cpuBefore,
  }
}
