import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editKey } from '../domain/edit-key.ts'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import {
  createOrganization,
  deleteOrganization,
  resumeOrganization,
  suspendOrganization,
} from '../domain/organizations.ts'
import { cancelRotation, finishRotation, rotateKey } from '../domain/rotate-key.ts'
import { switchKey } from '../domain/switch-key.ts'
import { reveal } from '../testing/test-domain.ts'
import { type OpenDeployment, prepareDeployment } from '../testing/test-record.ts'

/** Everything that can be done to a key or its organization, as far as the lifecycle lets it. */
const STEPS = {
  revoke: ({ domain, actor }, organization, key) => revokeKey(domain, actor, organization, key, {}),
  delete: ({ domain, actor }, organization, key) => deleteKey(domain, actor, organization, key, 'in-use'),
  rotate: ({ domain, actor }, organization, key) => rotateKey(domain, actor, organization, key, 0),
  overlap: ({ domain, actor }, organization, key) => rotateKey(domain, actor, organization, key, 3_600),
  finish: ({ domain, actor }, organization, key) => finishRotation(domain, actor, organization, key),
  cancel: ({ domain, actor }, organization, key) => cancelRotation(domain, actor, organization, key),
  disable: ({ domain, actor }, organization, key) => switchKey(domain, actor, organization, key, 'disable'),
  enable: ({ domain, actor }, organization, key) => switchKey(domain, actor, organization, key, 'enable'),
  edit: ({ domain, actor }, organization, key) => editKey(domain, actor, organization, key, { tags: ['x'] }, undefined),
  suspend: ({ domain, actor }, organization) => suspendOrganization(domain, actor, organization),
  resume: ({ domain, actor }, organization) => resumeOrganization(domain, actor, organization),
  close: ({ domain, actor }, organization) => deleteOrganization(domain, actor, organization),
} satisfies Record<string, (open: OpenDeployment, organization: string, key: string) => Promise<unknown>>

const KEYS = 3
const RUNS = Number(process.env.CLAVIGER_PROOF_RUNS ?? 12)
const step = fc.tuple(
  fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  fc.integer({ min: 0, max: KEYS - 1 }),
)

/** One organization for each key, so that closing one is not the end of all. */
async function issueAll({ domain, actor }: OpenDeployment) {
  const keys: { id: string; organization: string }[] = []
  const secrets: string[] = []
  for (let index = 0; index < KEYS; index++) {
    const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value.id
    const { key, secret } = (await issueKey(domain, actor, organization, { name: 'ci' })).value
    keys.push({ id: key.id, organization })
    secrets.push(reveal(secret))
  }
  return { keys, secrets }
}

test('after going back to any moment of any history no secret passes that did not pass at its end', {
  timeout: 60_000 + RUNS * 10_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 6 }),
      fc.array(step, { minLength: 1, maxLength: 8 }),
      async (before, after) => {
        const deployment = await prepareDeployment()
        const first = await deployment.open()
        const { keys, secrets } = await issueAll(first)
        const run = async (open: OpenDeployment, steps: typeof before) => {
          for (const [name, index] of steps) {
            const { id, organization } = keys[index] as (typeof keys)[0]
            // What the lifecycle refuses changes nothing.
            const done = await STEPS[name](open, organization, id).catch(() => null)
            const { secret } = (done as { value?: { secret?: Parameters<typeof reveal>[0] } } | null)?.value ?? {}
            if (secret) secrets.push(reveal(secret))
          }
        }
        const passing = async (open: OpenDeployment) => {
          const codes = await Promise.all(secrets.map((secret) => open.verify(secret)))
          return secrets.filter((_, index) => codes[index] === 'VALID')
        }
        await run(first, before)
        await first.close()
        const goBack = await deployment.backUp()
        const second = await deployment.open()
        await run(second, after)
        const atTheEnd = await passing(second)
        await second.close()
        await goBack()
        const third = await deployment.open()
        for (const secret of await passing(third)) expect(atTheEnd).toContain(secret)
        await third.close()
        await deployment.discard()
      },
    ),
    { numRuns: RUNS },
  )
})
