import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startDeployment, type TestDeployment } from './scripts/deployment.fixture.ts'

// Each of them starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let deployment: TestDeployment
let organizationId: string
beforeAll(async () => {
  deployment = await startDeployment()
  organizationId = (await json('org create Acme --plan premium')).organization.id
})
afterAll(() => deployment.stop())

async function json(command: string) {
  const { stdout } = await deployment.run(`claviger ${command} --json`)
  return JSON.parse(stdout)
}

async function newKey(name: string): Promise<{ id: string; secret: string }> {
  const { key, secret } = await json(`keys create --org ${organizationId} --name ${name} --scopes records:read`)
  return { id: key.id, secret }
}

/** A command on a terminal: what it prints, and what is typed when it has printed `prompt`. */
async function onTerminal(
  command: string,
  prompt: string,
  typed: string,
): Promise<{ shown: string; exitCode: number | null }> {
  const { PATH, HOME, CLAVIGER_URL, CLAVIGER_KEY } = deployment.env
  const env = { PATH, HOME, CLAVIGER_URL, CLAVIGER_KEY, TERM: 'dumb', SHELL: '/bin/sh' }
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env,
    cwd: deployment.folder,
  })
  let shown = ''
  let answered = false
  terminal.stdout.on('data', (chunk) => {
    shown += chunk
    if (answered || !shown.includes(prompt)) return
    answered = true
    terminal.stdin.write(typed)
  })
  const exitCode = await new Promise<number | null>((resolve) => terminal.once('close', resolve))
  return { shown, exitCode }
}

describe('--json', () => {
  test("is the server's answer, as it came, in one line", async () => {
    const { id } = await newKey('exact')
    const paths: [string, string][] = [
      [`keys show ${id} --org ${organizationId}`, `/v1/organizations/${organizationId}/keys/${id}`],
      [`keys list --org ${organizationId} --limit 1`, `/v1/organizations/${organizationId}/keys?limit=1`],
      ['org list', '/v1/organizations'],
      [`org show ${organizationId}`, `/v1/organizations/${organizationId}`],
    ]
    for (const [command, path] of paths) {
      const { stdout, stderr } = await deployment.run(`claviger ${command} --json`)
      const headers = { authorization: `Bearer ${deployment.env.CLAVIGER_KEY}` }
      const answer = await fetch(`${deployment.url}${path}`, { headers }).then((response) => response.json())
      expect(stdout).toBe(`${JSON.stringify(answer)}\n`)
      expect(stderr).toBe('')
    }
  })
})

describe('on a terminal', () => {
  test('what cannot be undone asks, names the key, and a yes does it', async () => {
    const { id } = await newKey('doomed')
    const revoke = `claviger keys revoke ${id} --org ${organizationId}`
    const { shown, exitCode } = await onTerminal(revoke, '[y/N]', 'y\r')
    expect(shown).toMatch(
      /Revoke doomed \(scr_\w{8}, last used: never\)\? It stops working at once, for good\. \[y\/N\]/,
    )
    expect(shown).toContain(`${id} is revoked everywhere`)
    expect(exitCode).toBe(0)
  })

  test.each([
    ['an Enter alone', '\r'],
    ['the end of input', '\u0004'],
  ])('%s is a no, and nothing is done', async (_name, typed) => {
    const { id } = await newKey('spared')
    const { shown, exitCode } = await onTerminal(`claviger keys rotate ${id} --org ${organizationId}`, '[y/N]', typed)
    expect(shown).toContain('error: nothing was changed')
    expect(exitCode).toBe(1)
    expect(await json(`keys show ${id} --org ${organizationId}`)).toMatchObject({ status: 'active', rotatedAt: null })
  })

  test('a key that is not there is told before anybody is asked', async () => {
    const { shown, exitCode } = await onTerminal(`claviger keys delete key_1 --org ${organizationId}`, '[y/N]', 'y\r')
    expect(shown).not.toContain('[y/N]')
    expect(shown).toContain('NOT_FOUND')
    expect(exitCode).toBe(4)
  })

  test('a secret that is typed is not shown', async () => {
    const { id, secret } = await newKey('hidden')
    const { shown, exitCode } = await onTerminal('claviger verify -', 'it is not shown', `${secret}\r`)
    expect(shown).toContain(id)
    expect(shown).not.toContain(secret)
    expect(exitCode).toBe(0)
  })
})
