import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeployment, type TestDeployment } from './scripts/deployment.fixture.ts'
import { Bindings, parseScript, transcript } from './scripts/script.fixture.ts'

const folder = fileURLToPath(new URL('scripts', import.meta.url))
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => ({ name, ...parseScript(readFileSync(`${folder}/${name}`, 'utf8')) }))

// A server for each product file; its scripts run one after the other, so that they know what is in its lists.
describe.concurrent.each([...new Set(scripts.map(({ product }) => product))])('with the product %s', (product) => {
  let deployment: TestDeployment
  beforeAll(async () => {
    deployment = await startDeployment(product)
  }, 60_000)
  afterAll(() => deployment?.stop())

  const own = scripts.filter((script) => script.product === product)
  test.each(own)('$name prints what it says', { timeout: 120_000, concurrent: false }, async ({ name, steps }) => {
    expect(steps.length).toBeGreaterThan(0)
    const bindings = new Bindings({ url: deployment.url, stub: deployment.stubUrl, closed: deployment.closedUrl })
    for (const step of steps) {
      const ending = await deployment.run(bindings.fill(step.command))
      const { exitCode, stdout, stderr } = step
      const asSaid =
        ending.exitCode === exitCode && bindings.match(stdout, ending.stdout) && bindings.match(stderr, ending.stderr)
      if (asSaid) continue
      // Both sides in the same form: the difference is what to mend.
      const said = { exitCode, stdout: lines(stdout), stderr: lines(stderr) }
      expect(transcript(step, ending), `${name}:${step.line}`).toBe(transcript(step, said))
    }
  })
})

const lines = (rows: readonly string[]) => rows.map((row) => `${row}\n`).join('')
