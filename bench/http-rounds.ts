import { type Child, SERVER_CORE, startChild } from './child.ts'
import type { LoadOrder, LoadResult, Work } from './children/load.ts'
import type { Figure } from './figure.ts'
import { median, ratios } from './statistics.ts'

const SECONDS = 2
/** What was noted during a round is written within a second after it, on that side's account. */
const SETTLE_MS = 1_100

/** One side of a measurement over HTTP. */
export interface Side {
  server: Child
  address: string
  /** What makes it work. */
  load: Child
}

export interface Contest<Name extends string> {
  names: readonly Name[]
  /** New processes for every side. */
  start(): Promise<Record<Name, Side>>
  /** How often all sides are started anew: how V8 happens to lay out one process is part of the spread. */
  generations: number
  roundsEach: number
  /** Counted, not timed: a slow machine would otherwise measure code that is not compiled yet. */
  warmUpRequests: number
  /** Each round draws its requests at random instead of asking in turn. */
  drawn?: boolean
}

export interface Round {
  rate: number
  /** Processor time of the server per request, in microseconds. */
  cpuUs: number
  /** Share of the time that the server's and the generator's core worked for this round. */
  serverBusy: number
  loadBusy: number
}

/** Measures all sides in turn, who goes first changing from turn to turn. */
export async function measureRounds<Name extends string>(contest: Contest<Name>): Promise<Record<Name, Round[]>> {
  const { names, generations, roundsEach, warmUpRequests, drawn = false } = contest
  const rounds = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<Name, Round[]>
  for (let generation = 0; generation < generations; generation++) {
    const sides = await contest.start()
    for (const name of names) await measureRound(sides[name], { amount: warmUpRequests })
    for (let turn = 0; turn < roundsEach; turn++) {
      for (let at = 0; at < names.length; at++) {
        const name = names[(turn + at) % names.length] as Name
        rounds[name].push(await measureRound(sides[name], { duration: SECONDS, drawn }))
      }
    }
    for (const name of names) await sides[name].server.end()
  }
  return rounds
}

/** Starts `children/<name>.ts`, which tells its address first, alone on its core. */
export async function startSide(name: string, args: readonly string[], load: Child): Promise<Side> {
  const { child, first } = await startChild<string>(name, { args, core: SERVER_CORE })
  return { server: child, address: first, load }
}

async function measureRound({ server, address, load }: Side, work: Work): Promise<Round> {
  const before = await server.ask<number>('cpu')
  const result = await load.ask<LoadResult>({ address, ...work } satisfies LoadOrder)
  const during = await server.ask<number>('cpu')
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
  const after = await server.ask<number>('cpu')
  if (result.failures > 0) throw new Error(`${result.failures} requests failed.`)
  return {
    rate: result.requests / result.seconds,
    cpuUs: (after - before) / result.requests,
    serverBusy: (during - before) / 1e6 / result.seconds,
    loadBusy: result.cpuUs / 1e6 / result.seconds,
  }
}

/** The rate of one side against that of another, with what tells whether to believe it. */
export function compareRates<Name extends string>(
  rounds: Record<Name, Round[]>,
  [side, other]: readonly [side: Name, other: Name],
  figure: Pick<Figure, 'what' | 'against' | 'target'> & { notes?: readonly string[]; limit?: string },
): Figure {
  const of = (name: Name, measure: keyof Round) => rounds[name].map((round) => round[measure])
  const middle = (name: Name, measure: keyof Round) => median(of(name, measure))
  const cpuRatios = ratios(of(other, 'cpuUs'), of(side, 'cpuUs'))
  const [ours, theirs] = [middle(side, 'cpuUs'), middle(other, 'cpuUs')]
  return {
    limit: `a request costs ${(ours - theirs).toFixed(1)} µs more of the server's core`,
    ...figure,
    unit: 'ratio',
    rounds: ratios(of(side, 'rate'), of(other, 'rate')),
    notes: [
      `${thousands(middle(side, 'rate'))}/s against ${thousands(middle(other, 'rate'))}/s`,
      `by processor time of the server: ${ours.toFixed(1)} µs against ${theirs.toFixed(1)} µs a request, ` +
        `${median(cpuRatios).toFixed(2)} × [${Math.min(...cpuRatios).toFixed(2)} – ${Math.max(...cpuRatios).toFixed(2)}]`,
      ...[side, other].map((name) => saturation(name, middle(name, 'serverBusy'), middle(name, 'loadBusy'))),
      ...(figure.notes ?? []),
    ],
  }
}

function saturation(side: string, serverBusy: number, loadBusy: number): string {
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
