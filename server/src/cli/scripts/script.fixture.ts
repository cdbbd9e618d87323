/**
 * Command-line tests that read like a terminal. After a line `$ command` stand the lines it prints: those that begin
 * with `error:`, `hint:` or `note:` on standard error, the others on standard output, and `[exit 2]` where it fails.
 * `[key]`, `[org]`, `[secret]` … stand for a value of that kind: what the first place shows is what every other place
 * must show, commands included; `[key b]` is a second one. `[time]` and `[request]` may differ from place to place,
 * `[...]` is any text, and a line `...` any lines. Two spaces are two or more. `#` begins a comment; `@ product NAME`
 * before the first command chooses the product file of the server, `NAME.product.yaml`; `@ alone` says that nothing
 * else may happen on the server meanwhile.
 */
export interface Script {
  readonly product: string
  readonly alone: boolean
  readonly steps: readonly Step[]
}

export interface Step {
  readonly line: number
  readonly command: string
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  readonly exitCode: number
}

export interface Ending {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

export function parseScript(text: string): Script {
  let product = 'strict'
  let alone = false
  const steps: { line: number; command: string; stdout: string[]; stderr: string[]; exitCode: number }[] = []
  for (const [index, row] of text.split('\n').entries()) {
    const step = steps.at(-1)
    const exit = /^\[exit (\d+)\]$/.exec(row)
    if (row.startsWith('#')) continue
    if (row === '@ alone') alone = true
    else if (row.startsWith('@ product ')) product = row.slice('@ product '.length)
    else if (row.startsWith('$ '))
      steps.push({ line: index + 1, command: row.slice(2), stdout: [], stderr: [], exitCode: 0 })
    else if (step && exit) step.exitCode = Number(exit[1])
    else if (step) (/^(error|hint|note): /.test(row) ? step.stderr : step.stdout).push(row)
  }
  for (const { stdout } of steps) {
    while (stdout.at(-1) === '') stdout.pop()
  }
  return { product, alone, steps }
}

/** Values that are the same wherever they stand. */
const BOUND: Readonly<Record<string, string>> = {
  org: 'org_[0-9A-Za-z]{22}',
  key: 'key_[0-9A-Za-z]{22}',
  secret: '[a-z][a-z0-9_]{1,24}_[0-9A-Za-z]{46}',
  prefix: '[a-z][a-z0-9_]{1,24}_[0-9A-Za-z]{8}',
  member: 'mbr_[0-9A-Za-z]{22}',
  invitation: 'inv_[0-9A-Za-z]{22}',
  person: 'usr_[0-9A-Za-z]{22}',
  token: String.raw`inv_[0-9A-Za-z]{22}\.[0-9a-z]+\.[0-9A-Za-z_-]{43}`,
  link: String.raw`[0-9A-Za-z_]+\.[0-9a-z]+\.[0-9A-Za-z_-]{43}`,
  cursor: '[0-9A-Za-z_-]+',
}

const FREE: Readonly<Record<string, string>> = {
  time: String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d\.\d{3})?Z`,
  request: 'req_[0-9A-Za-z]+',
  '...': '.*',
}

const PLACEHOLDER = /\[([a-z]+|\.\.\.)( [a-z0-9-]+)?\]/g

/** What the placeholders seen so far stand for. */
export class Bindings {
  readonly #values: Map<string, string>

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values))
  }

  /** A command with the values in it. Throws where one has not been seen yet. */
  fill(command: string): string {
    return command.replace(PLACEHOLDER, (whole, kind: string, name = '') => {
      const value = this.#values.get(kind + name)
      if (value === undefined && kind in BOUND) throw new Error(`${whole} has not been seen yet`)
      return value ?? whole
    })
  }

  /** Whether the lines are the expected ones; binds what is new in them. */
  match(expected: readonly string[], actual: string): boolean {
    const fresh: string[] = []
    const source = expected.map((row) => (row === '...' ? '(?:.*\\n)*?' : `${this.#pattern(row, fresh)}\\n`)).join('')
    const found = new RegExp(`^${source}$`, 'u').exec(actual)
    fresh.forEach((name, index) => {
      const value = found?.[index + 1]
      if (value !== undefined) this.#values.set(name, value)
    })
    return found !== null
  }

  #pattern(row: string, fresh: string[]): string {
    let pattern = ''
    let end = 0
    for (const { 0: whole, 1: kind = '', 2: name = '', index } of row.matchAll(PLACEHOLDER)) {
      pattern += literally(row.slice(end, index)) + this.#placeholder(whole, kind, kind + name, fresh)
      end = index + whole.length
    }
    return pattern + literally(row.slice(end))
  }

  #placeholder(whole: string, kind: string, name: string, fresh: string[]): string {
    const value = this.#values.get(name)
    if (value !== undefined) return literally(value)
    if (FREE[kind] !== undefined) return FREE[kind]
    if (BOUND[kind] === undefined) return literally(whole)
    const at = fresh.indexOf(name)
    if (at >= 0) return `\\${at + 1}`
    fresh.push(name)
    return `(${BOUND[kind]})`
  }
}

// Columns move with the length of what stands in them.
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/ {2,}/g, ' {2,}')
}

/** A step with what it printed, in the form of a script, to be compared or copied. */
export function transcript(step: Pick<Step, 'command'>, { stdout, stderr, exitCode }: Ending): string {
  return `$ ${step.command}\n${stdout}${stderr}${exitCode === 0 ? '' : `[exit ${exitCode}]\n`}`
}
