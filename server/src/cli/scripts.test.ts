import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDeployment, type TestDeployment } from './scripts/deployment.fixture.ts'
import { Bindings, parseScript, type Step, transcript } from './scripts/script.fixture.ts'

const folder = fileURLToPath(new URL('scripts', import.meta.url))
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => ({ name, ...parseScript(readFileSync(`${folder}/${name}`, 'utf8')) }))

// One server for each product file. Scripts that look at everything on it come first, the others run side by side.
describe.concurrent.each([...new Set(scripts.map(({ product }) => product))])('with the product %s', (product) => {
  let deployment: TestDeployment
  beforeAll(async () => {
    deployment = await startDeployment(product)
  }, 60_000)
  afterAll(() => deployment?.stop())

  const own = scripts.filter((script) => script.product === product)
  for (const alone of [true, false]) {
    const options = { concurrent: !alone, timeout: 300_000 }
    test.each(own.filter((script) => script.alone === alone))('$name prints what it says', options, ({ name, steps }) =>
      play(name, steps, deployment),
    )
  }
})

async function play(name: string, steps: readonly Step[], deployment: TestDeployment): Promise<void> {
  expect(steps.length).toBeGreaterThan(0)
  const { url, stubUrl: stub, closedUrl: closed } = deployment
  const bindings = new Bindings({ url, stub, closed })
  for (const step of steps) {
    const { stdout, stderr, exitCode } = step
    const ending = await deployment.run(bindings.fill(step.command))
    const isAsSaid = bindings.match(stdout, ending.stdout) && bindings.match(stderr, ending.stderr)
    if (isAsSaid && ending.exitCode === exitCode) continue
    // Both sides in the same form: the difference is what to mend.
    const said = { exitCode, stdout: lines(stdout), stderr: lines(stderr) }
    expect(transcript(step, ending), `${name}:${step.line}`).toBe(transcript(step, said))
  }
}

const lines = (rows: readonly string[]) => rows.map((row) => `${row}\n`).join('')
