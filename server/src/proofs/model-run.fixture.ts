import { DEPLOYMENT_CHAIN } from '../domain/audit.ts'
import { importKeys } from './model-import-step.fixture.ts'
import {
  changeKey,
  createKey,
  deleteKey,
  editKey,
  repeatRequest,
  revokeSelf,
  rotateKey,
} from './model-key-steps.fixture.ts'
import { dissolve, foundOrganization, lookAt, reorganize, suspend } from './model-organization-steps.fixture.ts'
import { ask, askCrowd, listKeys, seeKey, verify } from './model-questions.fixture.ts'
import { expectIntactChains } from './model-server.fixture.ts'
import { type Stage, take } from './model-stage.fixture.ts'
import type { Step, StepOf } from './model-steps.fixture.ts'
import { liesAhead, type ModelSecret, overlapAt, refillAfter } from './model-world.fixture.ts'

/** As many as the memory holds beside the service key that asks. */
const WATCHED = 3

/** Does a sequence to the server and to the model, step by step, and compares what they say. */
export async function play(stage: Stage, sequence: readonly Step[]): Promise<void> {
  await begin(stage)
  for (const step of sequence) {
    const watched = step.watched ? stage.world.secrets.slice(-WATCHED) : []
    await askAbout(stage, watched)
    await act(stage, step)
    await askAbout(stage, watched)
  }
  await end(stage)
}

/** Every sequence begins at noon in the middle of a month, so that it happens again when it is run again. */
async function begin(stage: Stage): Promise<void> {
  await stage.refusals.begin(stage.server)
  const now = new Date(stage.now)
  const noon = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 15, 12)
  stage.server.clock.advance(noon - now.getTime())
  for (const plan of [null, 'open']) await foundOrganization(stage, { plan })
}

async function act(stage: Stage, step: Step): Promise<void> {
  switch (step.do) {
    case 'create':
      return createKey(stage, step)
    case 'edit':
      return editKey(stage, step)
    case 'rotate':
      return rotateKey(stage, step)
    case 'repeat':
      return repeatRequest(stage, step)
    case 'change':
      return changeKey(stage, step)
    case 'delete':
      return deleteKey(stage, step)
    case 'import':
      return importKeys(stage, step)
    case 'self-revoke':
      return revokeSelf(stage, step)
    case 'see':
      return seeKey(stage, stage.pick(step.pick))
    case 'list':
      return listKeys(stage, stage.organization(step.organization), step.listing)
    case 'verify':
      return verify(stage, step.question)
    case 'found':
      return foundOrganization(stage, step)
    case 'reorganize':
      return reorganize(stage, step)
    case 'suspend':
    case 'resume':
      return suspend(stage, stage.organization(step.organization), step.do)
    case 'dissolve':
      return dissolve(stage, stage.organization(step.organization))
    case 'look':
      return lookAt(stage, stage.organization(step.organization))
    case 'wait':
      return stage.server.clock.advance(step.ms)
    case 'wait-for':
      return waitFor(stage, step)
    case 'crowd':
      return askCrowd(stage)
    case 'flush':
      return stage.settle()
  }
}

/** To just before, or just when, or just after something ends by itself. */
function waitFor({ world, now, server }: Stage, { moment, offsetMs }: StepOf<'wait-for'>): void {
  const moments = world.keys.flatMap((key) => [
    key.expiresAt,
    overlapAt(key, now)?.endsAt ?? null,
    key.credits?.refill ? refillAfter(key.credits.refill.interval, now) : null,
    key.window && key.rateLimit ? key.window.startedAt + key.rateLimit.windowSeconds * 1_000 : null,
  ])
  const ahead = [...new Set(moments)].filter((at) => at !== null && liesAhead(at, now)) as number[]
  if (ahead.length > 0)
    server.clock.advance(
      take(
        ahead.sort((a, b) => a - b),
        moment,
      ) +
        offsetMs -
        now,
    )
}

/** Whatever happened, everything is as it should be. */
async function end(stage: Stage): Promise<void> {
  const { organizations, keys, secrets } = stage.world
  await askAbout(stage, secrets)
  await askCrowd(stage)
  await askAbout(stage, secrets)
  for (const key of keys) await seeKey(stage, { key, ...stage.address(key) })
  for (const organization of organizations) {
    if (!organization.gone) await listKeys(stage, organization, { statuses: [], limit: 2, sort: 'name' })
  }
  await stage.refusals.expectAll(stage.server, stage.world)
  await expectIntactChains(stage.server, [DEPLOYMENT_CHAIN, ...organizations.map(({ id }) => id)])
}

async function askAbout(stage: Stage, secrets: readonly ModelSecret[]): Promise<void> {
  for (const secret of secrets) await ask(stage, secret, { asker: 'unbound', secret: 0, cost: 0 })
}
