import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadProduct, parseProduct } from './load.ts'
import { ProductFileError } from './product-file-error.ts'
import { SOUND } from './sound-file.fixture.ts'

const profilesDir = mkdtempSync(path.join(tmpdir(), 'claviger-profiles-'))
afterAll(() => rmSync(profilesDir, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const file = path.join(profilesDir, name)
  writeFileSync(file, content)
  return file
}

function refusal(nameOrPath: string): ProductFileError {
  try {
    loadProduct(nameOrPath, { profilesDir })
  } catch (error) {
    if (error instanceof ProductFileError) return error
    throw error
  }
  throw new TypeError(`${nameOrPath} was loaded`)
}

test('a name is looked up among the profiles, anything else is a path', () => {
  const file = write('sound.yaml', SOUND)
  write('other.yml', SOUND.replace('Acme API', 'Other API'))
  expect(loadProduct('sound', { profilesDir }).name).toBe('Acme API')
  expect(loadProduct(file, { profilesDir: '/nowhere' }).name).toBe('Acme API')
  expect(loadProduct(path.relative('', path.join(profilesDir, 'other.yml')), { profilesDir }).name).toBe('Other API')
})

test('a product is frozen to its depths', () => {
  const product = parseProduct(SOUND, 'x.yaml')
  const thaw = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && (!Object.isFrozen(value) || Object.values(value).some(thaw))
  expect(thaw(product)).toBe(false)
})

test('what a file leaves out has its default', () => {
  const product = parseProduct('{ name: A, prefix: ab, scopes: [{ id: "a:b", description: C }] }', 'x.yaml')
  expect(product).toMatchObject({
    environments: [],
    accessLevels: [],
    plans: [{ id: 'standard', maxKeys: null, scopes: null, defaultRateLimit: null }],
    lifecycle: { deleteRequiresRevoke: true, rotationDays: null },
    screen: { navigation: ['API keys'], words: { key: 'API key', delete: 'Delete' } },
  })
  expect(parseProduct(SOUND, 'x.yaml').screen.words).toMatchObject({ key: 'API key', revoke: 'Revoke' })
})

test('white space around text does not count', () => {
  expect(parseProduct(SOUND.replace('See records', '>\n      See records\n'), 'x.yaml').scopes[0]?.description).toBe(
    'See records',
  )
})

test('an unknown name is answered with the names there are', () => {
  write('sound.yaml', SOUND)
  const { message, problems } = refusal('soudn')
  const file = path.join(profilesDir, 'soudn.yaml')
  expect(message).toBe(
    `${file}: There is no product file of this name. Did you mean "sound"? For a file elsewhere give a path, e.g. ./soudn.yaml.`,
  )
  expect(problems).toHaveLength(1)
  expect(refusal('visitors').message).toContain('Known: sound.')
})

test('problems are told with a path relative to the working directory where the file is inside it', () => {
  expect(refusal('./nowhere/x.yaml').message).toBe(
    `${path.join('nowhere', 'x.yaml')}: There is no such file. Names need no path: sound.`,
  )
})

test.each<[what: string, make: () => string, said: string]>([
  ['a directory', () => profilesDir, 'This is not a file. Give the path of a YAML file.'],
  ['a device', () => '/dev/zero', 'This is not a file. Give the path of a YAML file.'],
  ['no name at all', () => '', 'This is not a file. Give the path of a YAML file.'],
  [
    'a file of 129 KiB',
    () => write('large.yaml.txt', '#'.repeat(129 * 1024)),
    'This is larger than 128 KiB. Is it a product file?',
  ],
  [
    'bytes that are no text',
    () => write('bytes.txt', Uint8Array.of(0x6e, 0xff)),
    'This is not UTF-8 text. Save the file as UTF-8.',
  ],
  [
    'a link to itself',
    () => {
      const link = path.join(profilesDir, 'loop.txt')
      symlinkSync(link, link)
      return link
    },
    'This cannot be read (ELOOP). Check the path and its permissions.',
  ],
])('%s is refused as a product file', (_what, make, said) => {
  const { code, message } = refusal(make())
  expect(code).toBe('PRODUCT_FILE_INVALID')
  expect(message.endsWith(`: ${said}`)).toBe(true)
})
