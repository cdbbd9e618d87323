import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const house = mkdtempSync(join(tmpdir(), 'claviger-house-'))

const IMPORTS = 'lint/style/noRestrictedImports'
const PLUGIN = 'plugin'

/** A file in the copied house; `breaks` is the one rule that must object to it, or null where it is welcome. */
interface Example {
  readonly says: string
  readonly file: string
  readonly source: string
  readonly breaks: string | null
}

const examples: Example[] = []

function example(says: string, folder: string, source: string, breaks: string | null, name?: string): void {
  examples.push({ says, file: `${folder}/${name ?? `example-${examples.length}.ts`}`, source, breaks })
}

const importing = (from: string) => `import type { Thing } from '${from}'\n\nexport type Other = Thing\n`

function mayNotImport(folder: string, ...sources: string[]): void {
  for (const from of sources) example(`${folder} may not import ${from}`, folder, importing(from), IMPORTS)
}

function mayImport(folder: string, ...sources: string[]): void {
  for (const from of sources) example(`${folder} may import ${from}`, folder, importing(from), null)
}

mayImport('core/src', './scopes.ts')
mayNotImport('core/src', 'node:fs', '../../sdk/src/index.ts', '../../server/src/config.ts')

mayImport('sdk/src', './client.ts', '@claviger/core')
mayNotImport('sdk/src', 'node:fs', '../../core/src/index.ts', '../../server/src/main.ts')

mayImport('server/src/domain', './ports.ts', '@claviger/core')
mayNotImport(
  'server/src/domain',
  '../engine/verifier.ts',
  '../storage/reads.ts',
  '../http/app.ts',
  '../accounts/sign-in.ts',
)
mayNotImport(
  'server/src/domain',
  '../cli/serve.ts',
  '../main.ts',
  '../config.ts',
  '@claviger/sdk',
  'node:fs',
  'fastify',
)
mayNotImport('server/src/domain', '../../../core/src/index.ts', '../testing/clock.ts', './ports.fixture.ts')

mayImport('server/src/engine', './memory.ts', '../domain/ports.ts', '@claviger/core', 'lru-cache', 'node:crypto')
mayNotImport('server/src/engine', '../storage/reads.ts', '../http/app.ts', '../accounts/sign-in.ts', '../cli/serve.ts')
mayNotImport('server/src/engine', '../main.ts', '../config.ts', '@claviger/sdk', 'kysely', 'fastify')

mayImport('server/src/storage', '../domain/ports.ts', '@claviger/core', 'kysely', 'better-sqlite3')
mayImport('server/src/storage/migrations', '../dialect.ts')
mayNotImport(
  'server/src/storage',
  '../engine/verifier.ts',
  '../http/app.ts',
  '../accounts/sign-in.ts',
  '../cli/serve.ts',
)
mayNotImport('server/src/storage', '../main.ts', '../config.ts', '@claviger/sdk')

mayImport('server/src/http', '../domain/issue-key.ts', '../engine/verifier.ts', '@claviger/core', 'fastify')
mayImport('server/src/http/routes', '../schemas/keys.ts', '../../domain/issue-key.ts')
mayNotImport(
  'server/src/http',
  '../storage/reads.ts',
  '../accounts/sign-in.ts',
  '../cli/serve.ts',
  '../main.ts',
  'kysely',
)
mayNotImport('server/src/http/routes', '../../storage/reads.ts', '../../main.ts', '../../config.ts')

mayImport('server/src/accounts', '../domain/ports.ts', '../engine/verifier.ts', '@claviger/core')
mayNotImport('server/src/accounts', '../storage/reads.ts', '../http/app.ts', '../cli/serve.ts', '../main.ts')

mayImport('server/src/cli', './output.ts', '@claviger/sdk', 'commander')
mayNotImport(
  'server/src/cli',
  '@claviger/core',
  '../domain/issue-key.ts',
  '../storage/reads.ts',
  '../main.ts',
  '../config.ts',
)

for (const name of ['serve.ts', 'migrate.ts', 'service-key.ts']) {
  const opens = `${importing('../main.ts')}\nexport type { Config } from '../config.ts'\n`
  example(`the command ${name} may import main and config`, 'server/src/cli', opens, null, name)
  const reaches = importing('../../storage/reads.ts')
  example(`the command ${name} may not import storage`, 'server/src/cli/direct', reaches, IMPORTS, name)
}

mayImport('dashboard/src/pages', '../ui/button.tsx', '../data/queries.ts', '@claviger/sdk', '@claviger/core')
mayNotImport('dashboard/src/pages', '../../../server/src/http/app.ts', '../../../sdk/src/index.ts', 'node:fs')
mayImport('dashboard/src/ui', './button.tsx', 'react', '../text/times.ts')
mayNotImport(
  'dashboard/src/ui',
  '@tanstack/react-router',
  '@claviger/sdk',
  '../data/queries.ts',
  '../forms/key-form.ts',
)
mayImport('dashboard/src/forms', '../ui/field.tsx', '@claviger/sdk')
mayNotImport('dashboard/src/forms', '@tanstack/react-query', '../data/client.ts', '../pages/shell.tsx')
mayNotImport('dashboard/src/data', '../pages/shell.tsx', '../ui/button.tsx', '@tanstack/react-router')
mayNotImport('dashboard/src/text', 'react', '../data/client.ts', '../ui/button.tsx')

mayNotImport('server/src/brand-new', '../storage/reads.ts', '../http/app.ts', '../engine/verifier.ts', '../main.ts')
mayNotImport('server/src', './storage/reads.ts', './http/app.ts', './main.ts', './commands.ts')
example(
  'main may import every layer',
  'server/src',
  ['domain', 'engine', 'storage', 'http', 'accounts'].map((layer) => `export * from './${layer}/part.ts'\n`).join(''),
  null,
  'main.ts',
)
example('a re-export is an import', 'server/src/http', "export * from '../storage/reads.ts'\n", IMPORTS)
example(
  'a dynamic import is an import',
  'server/src/http',
  "export const late = import('../storage/reads.ts')\n",
  IMPORTS,
)
example('a type is imported at the top', 'server/src/http', "export type T = import('../storage/reads.ts').T\n", PLUGIN)
example('a test may import any layer', 'server/src/http', importing('../storage/reads.ts'), null, 'app.test.ts')
example(
  'domain hashes, but draws nothing at random',
  'server/src/domain',
  "import { randomBytes } from 'node:crypto'\n\nexport const draw = randomBytes\n",
  IMPORTS,
)
example(
  'a package that is not declared is not imported',
  'server/src/engine',
  importing('left-pad'),
  'lint/correctness/noUndeclaredDependencies',
)

const CYCLE = 'lint/suspicious/noImportCycles'
const half = (other: string) =>
  `import type { Half } from './${other}.ts'\n\nexport type Whole = Half\n\nexport type { Half }\n`
example('two files do not import each other, types included', 'server/src/engine', half('right'), CYCLE, 'left.ts')
example('nor the other way round', 'server/src/engine', half('left'), CYCLE, 'right.ts')

for (const folder of ['core/src', 'server/src/domain']) {
  for (const use of ['Date.now()', 'new Date()', 'Date()', '[Date]', 'Math.random()', 'performance.now()']) {
    example(`${folder} is told the time and the dice: no ${use}`, folder, `export const drawn = () => ${use}\n`, PLUGIN)
  }
  for (const use of ['new Date(0)', "Date.parse('2026-01-01')", 'Math.max(1, 2)']) {
    example(`${folder} may compute with ${use}`, folder, `export const computed = () => ${use}\n`, null)
  }
  const wayOut = 'export const drawn = () => globalThis\n'
  example(`${folder} knows no globalThis`, folder, wayOut, 'lint/style/noRestrictedGlobals')
}
example('the engine may ask the clock', 'server/src/engine', 'export const now = () => Date.now()\n', null)

example('nothing is exported as default', 'sdk/src', 'export default 1\n', 'lint/style/noDefaultExport')
example('a tool may want its settings as default', 'bench', 'export default {}\n', null, 'some.config.ts')
example('any is no type', 'sdk/src', 'export const name: any = 1\n', 'lint/suspicious/noExplicitAny')
example(
  'a type is imported as a type',
  'sdk/src',
  "import { Thing } from './thing.ts'\n\nexport const name = (thing: Thing) => thing\n",
  'lint/style/useImportType',
)
example(
  'a promise is awaited, returned or waved off',
  'sdk/src',
  'const later = async () => 1\nexport function start() {\n  later()\n}\n',
  'lint/nursery/noFloatingPromises',
)
example(
  'files are named in kebab-case',
  'sdk/src',
  'export const a = 1\n',
  'lint/style/useFilenamingConvention',
  'camelCase.ts',
)
example(
  'no test is skipped in silence',
  'sdk/src',
  "import { test } from 'vitest'\n\ntest.skip('holds', () => {})\n",
  'lint/suspicious/noSkippedTests',
  'quiet.test.ts',
)

afterAll(() => rmSync(house, { recursive: true, force: true }))

function put(file: string, source: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), source)
}

/** What a tool printed; it is expected to find fault, so its exit code says nothing here. */
async function output(tool: string, ...options: string[]): Promise<string> {
  const run = promisify(execFile)(join(root, 'node_modules/.bin', tool), options, { cwd: house, maxBuffer: 2 ** 26 })
  return (await run.catch((error: { stdout: string }) => error)).stdout
}

beforeAll(() => {
  const settings = ['biome.json', '.gitignore', 'tsconfig.base.json', 'tsconfig.core.json', 'scripts/lint']
  const manifests = [
    'package.json',
    'core/package.json',
    'sdk/package.json',
    'server/package.json',
    'dashboard/package.json',
  ]
  for (const path of [...settings, ...manifests]) cpSync(join(root, path), join(house, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'))
})

describe('lint', () => {
  const found = new Map<string, Set<string>>()

  beforeAll(async () => {
    for (const { file, source } of examples) put(file, source)
    const report = JSON.parse(await output('biome', 'lint', '--reporter=json', '--max-diagnostics=none')) as {
      diagnostics: { category: string; location: { path: string } }[]
    }
    for (const { category, location } of report.diagnostics) {
      found.set(location.path, (found.get(location.path) ?? new Set()).add(category))
    }
  })

  test.each(examples)('$says', ({ file, breaks }) => {
    expect([...(found.get(file) ?? [])]).toEqual(breaks === null ? [] : [breaks])
  })
})

describe('types', () => {
  const outside = ['setTimeout(() => {}, 1)', 'process.env', 'console.log()', 'fetch', 'document', "import('node:fs')"]
  let report = ''

  beforeAll(async () => {
    rmSync(join(house, 'core/src'), { recursive: true })
    outside.forEach((use, at) => {
      put(`core/src/outside-${at}.ts`, `export const use = () => ${use}\n`)
    })
    put('core/src/pure.ts', 'export const use = (list: readonly number[]) => list.toSorted()\n')
    report = await output('tsc', '-p', 'tsconfig.core.json', '--pretty', 'false')
  })

  test.each(outside.map((use, at) => ({ use, at })))('core does not compile with $use', ({ at }) => {
    expect(report).toContain(`core/src/outside-${at}.ts(1,`)
  })

  test('core compiles without the outside', () => {
    expect(report).not.toContain('pure.ts')
  })
})
