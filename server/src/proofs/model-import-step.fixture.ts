import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { draftKey, Reasons } from './model-changes.fixture.ts'
import { expectKey } from './model-server.fixture.ts'
import { type Stage, take } from './model-stage.fixture.ts'
import type { StepOf } from './model-steps.fixture.ts'

/** Takes over keys of another system; each item has a fate of its own. */
export async function importKeys(stage: Stage, { organization: at, items }: StepOf<'import'>): Promise<void> {
  const { world, now, server } = stage
  const organization = stage.organization(at)
  const texts = items.map(({ secret }) => importable(stage, secret))
  const bodies = items.map(({ fields, prefix }, index) => ({
    ...stage.bodyOf(fields),
    sha256: createHash('sha256').update(take(texts, index)).digest('hex'),
    ...(prefix !== undefined && { prefix }),
  }))
  const why = new Reasons()
  why.refuse('NOT_FOUND', organization.gone)
  const url = `/v1/organizations/${organization.id}/keys/import`
  const answer = await stage.send('POST', url, { body: { items: bodies } }, why)
  const events: { action: string; target: string }[] = []
  for (const [index, { fields, prefix = 'imported' }] of (answer ? items : []).entries()) {
    const result = answer?.body.items[index]
    const text = take(texts, index)
    const against = new Reasons()
    const draft = draftKey(world, organization, fields, now, against)
    against.refuse(
      'KEY_EXISTS',
      world.secrets.some((secret) => secret.text === text),
    )
    if (against.against.size > 0) {
      expect([...against.against]).toContain(result.error?.code)
      continue
    }
    expect(result).toEqual({ key: expect.anything() })
    const key = stage.addKey(organization, result.key.id, draft, { text, prefix })
    expectKey(result.key, world, key, now)
    server.imported = true
    events.push({ action: 'key.import', target: key.id })
  }
  await stage.expectLogged(organization, answer, ...events)
}

/** Secrets of another system; the last few numbers stand for secrets that were issued here. */
function importable({ world, number }: Stage, at: number): string {
  const known = at >= 7 ? world.secrets.at(6 - at) : undefined
  return known?.text ?? `legacy-${number}-${at}`
}
