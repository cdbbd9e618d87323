import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mounted = new Set<OwnDisk>()

export async function removeDisks(): Promise<void> {
  await Promise.all([...mounted].map((disk) => disk.remove()))
}

/**
 * A disk of a test's own, a real file system in a file: it can be filled to the last byte and can fail. However this
 * process ends, it is unmounted and its file removed.
 */
export class OwnDisk {
  /** Where it is mounted. */
  readonly path: string
  readonly #home: string
  #guard: ChildProcess

  private constructor(home: string) {
    this.#home = home
    this.path = join(home, 'disk')
    this.#guard = startGuard(home)
  }

  /** @throws Error in one line, where this machine does not let us mount. */
  static async mount(megabytes: number): Promise<OwnDisk> {
    const home = mkdtempSync(join(tmpdir(), 'claviger-disk-'))
    mkdirSync(join(home, 'disk'))
    writeFileSync(join(home, 'image'), '')
    truncateSync(join(home, 'image'), megabytes * 2 ** 20)
    const disk = new OwnDisk(home)
    mounted.add(disk)
    await disk.#untilMounted()
    return disk
  }

  /** Takes all the room there is, but so many bytes. @returns what gives back all that was taken up to now. */
  fill(butBytes = 0): () => void {
    const ballast = join(this.path, 'ballast')
    const file = openSync(ballast, 'a')
    for (const bytes of [2 ** 16, 2 ** 12, 2 ** 9]) {
      while (hasRoom(() => writeSync(file, Buffer.alloc(bytes, 1)))) {}
    }
    if (butBytes > 0) ftruncateSync(file, fstatSync(file).size - butBytes)
    closeSync(file)
    return () => rmSync(ballast)
  }

  /** As the kernel does after an error of the device: from now on it can only be read, whoever has files open on it. */
  async fail(): Promise<void> {
    await run('mount', '-o', 'remount,abort', this.path)
  }

  /** As after the device was replaced. Nobody may have files open on it. */
  async recover(): Promise<void> {
    await this.#endGuard('keep')
    this.#guard = startGuard(this.#home)
    await this.#untilMounted()
  }

  async remove(): Promise<void> {
    mounted.delete(this)
    await this.#endGuard()
    rmSync(this.#home, { recursive: true, force: true })
  }

  async #untilMounted(): Promise<void> {
    const { stdout, stderr } = this.#guard
    let said = ''
    stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
    const word = stdout ? once(stdout, 'data').then(String) : Promise.resolve('')
    if ((await Promise.race([word, once(this.#guard, 'close').then(() => '')])) !== 'mounted\n') {
      const [why = ''] = said.trim().split('\n')
      throw new Error(`this test needs a disk of its own: run it as root on Linux with mkfs.ext4 and mount (${why})`)
    }
  }

  async #endGuard(wish = ''): Promise<void> {
    if (this.#guard.exitCode !== null) return
    const ended = once(this.#guard, 'close')
    this.#guard.stdin?.end(wish)
    await ended
  }
}

/** Its input ends when this process does, by whatever kind of death; what it reads before says to keep the image. */
const GUARD = `
  blkid "$1/image" >/dev/null 2>&1 || mkfs.ext4 -q -m 0 "$1/image" || exit 1
  mount -o loop "$1/image" "$1/disk" || exit 1
  echo mounted
  wish=$(cat)
  umount "$1/disk" 2>/dev/null || umount -l "$1/disk"
  [ "$wish" = keep ] || rm -rf "$1"`

function startGuard(home: string): ChildProcess {
  // In a session of its own, so that Ctrl-C in the terminal does not end it before its work.
  return spawn('sh', ['-c', GUARD, 'guard', home], { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
}

function hasRoom(write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false
    throw error
  }
}

async function run(command: string, ...args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${said}`)
}
