import { fileURLToPath } from 'node:url'
import { listKeys } from '../../server/src/domain/key-list.ts'
import type { KeyListRequest } from '../../server/src/domain/key-query.ts'
import type { Figure } from '../figure.ts'
import { type CrowdedDeployment, createCrowd, KEYS_PER_ORGANIZATION } from '../million.ts'
import { spawnServer } from '../spawned-server.ts'
import { median, ratios } from '../statistics.ts'
import { type OpenVerifier, openVerifier } from '../verifier.ts'
import { temporaryFolder } from '../workspace.ts'
import { measureMillionHttp } from './million-http.ts'

const ORGANIZATIONS = 1_000
/** Their secrets are known; the server remembers up to 200,000. */
const ASKED_KEYS = 100_000
const ROUNDS = 9
const LISTS_A_ROUND = 40
const START_ROUNDS = 5
const CLAVIGER = fileURLToPath(new URL('../../server/bin/claviger.mjs', import.meta.url))

const FIRST_PAGE = { filter: { statuses: [] }, sort: 'createdAt', descending: true, limit: 51, after: null } as const
const LISTS: Readonly<Record<string, Omit<KeyListRequest, 'organizationId' | 'now'>>> = {
  'first page of the list': FIRST_PAGE,
  'search in the list': { ...FIRST_PAGE, filter: { statuses: [], q: 'notebook 7' } },
  'list by status and last use': {
    ...FIRST_PAGE,
    filter: { statuses: ['active'], unusedSince: Date.now() },
    sort: 'lastUsedAt',
  },
}

/** What a million keys of other organizations cost one organization, the start of the server, and verdicts. */
export async function measureMillion(): Promise<Figure[]> {
  const alone = await createCrowd(1, 1)
  const among = await createCrowd(ORGANIZATIONS, ASKED_KEYS)
  // Last, because it writes.
  return [...(await measureLists(alone, among)), await measureStarts(among), ...(await measureMillionHttp(among))]
}

async function measureLists(alone: CrowdedDeployment, among: CrowdedDeployment): Promise<Figure[]> {
  const sides = [await openVerifier(alone.dataDir), await openVerifier(among.dataDir)] as const
  const figures: Figure[] = []
  for (const [what, request] of Object.entries(LISTS)) {
    const times = [[] as number[], [] as number[]] as const
    // The first round warms up what is read and compiled.
    for (let round = -1; round < ROUNDS; round++) {
      const [own, crowd] = [await listMs(sides[0], alone, request), await listMs(sides[1], among, request)]
      if (round < 0) continue
      times[0].push(own)
      times[1].push(crowd)
    }
    figures.push({
      what: `${what}, ${KEYS_PER_ORGANIZATION.toLocaleString('en')} keys among a million`,
      against: 'the same organization alone',
      unit: 'ratio',
      rounds: ratios(times[1], times[0]),
      target: { atMost: 2 },
      notes: [`${median(times[1]).toFixed(2)} ms against ${median(times[0]).toFixed(2)} ms, counts by status included`],
      limit: 'the rows of one organization lie scattered over the pages of a table of a million',
    })
  }
  for (const side of sides) await side.close()
  return figures
}

async function listMs(
  { domain }: OpenVerifier,
  { organizationId }: CrowdedDeployment,
  request: Omit<KeyListRequest, 'organizationId' | 'now'>,
): Promise<number> {
  const began = performance.now()
  for (let list = 0; list < LISTS_A_ROUND; list++) {
    await listKeys(domain, { boundTo: null }, { ...request, organizationId })
  }
  return (performance.now() - began) / LISTS_A_ROUND
}

async function measureStarts({ dataDir }: CrowdedDeployment): Promise<Figure> {
  const empty = temporaryFolder()
  const times = { million: [] as number[], empty: [] as number[] }
  for (let round = -1; round < START_ROUNDS; round++) {
    const [million, none] = [await readyMs(dataDir), await readyMs(empty)]
    if (round < 0) continue
    times.million.push(million)
    times.empty.push(none)
  }
  return {
    what: 'start to ready with a million keys',
    against: 'with none',
    unit: 'ratio',
    rounds: ratios(times.million, times.empty),
    target: { atMost: 1.5 },
    notes: [`${Math.round(median(times.million))} ms against ${Math.round(median(times.empty))} ms`],
    limit: 'something is read at the start that grows with the number of keys',
  }
}

async function readyMs(dataDir: string): Promise<number> {
  const began = performance.now()
  const server = await spawnServer([process.execPath, '--conditions=source', CLAVIGER, 'serve'], dataDir)
  await server.ready()
  const ms = performance.now() - began
  await server.end()
  return ms
}
