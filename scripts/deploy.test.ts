import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(root + file, 'utf8')
const ours = /\bCLAVIGER_[A-Z_]+|\bDATABASE_URL|\bLOG_LEVEL/g

test('the image copies what is there, and starts the launcher', () => {
  const dockerfile = read('Dockerfile')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
  expect(copied).toContain('server')
  expect([...copied, 'server/bin/claviger.mjs'].filter((file) => !existsSync(root + file))).toEqual([])
  expect(dockerfile).toContain('ln -s /opt/claviger/server/bin/claviger.mjs')
})

test('every workspace that the server needs is in the image, before its packages are installed and after', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
  const needed = workspaces.filter((folder) => ['core', 'sdk', 'server', 'dashboard'].includes(folder))
  expect(needed).toHaveLength(4)
  for (const folder of needed) {
    expect(read('Dockerfile')).toContain(`COPY ${folder}/package.json ${folder}/`)
    expect(read('Dockerfile')).toContain(`COPY ${folder} ${folder}\n`)
  }
})

test('the unit, the image and the operator’s guide name only settings that the server reads', () => {
  const known = new Set(read('server/src/config.ts').match(ours))
  for (const file of ['deploy/claviger.service', 'Dockerfile', 'docs/operating.md']) {
    const named = [...new Set(read(file).match(ours))]
    expect(named.length, file).toBeGreaterThan(0)
    expect(
      named.filter((name) => !known.has(name)),
      file,
    ).toEqual([])
  }
})

test('every metric that the operator’s guide names is one that the server has', () => {
  const source = read('server/src/metrics.ts')
  const named = [...new Set(read('docs/operating.md').match(/\bclaviger_[a-z_]+/g))]
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((name) => !source.includes(`'${name}'`))).toEqual([])
})
