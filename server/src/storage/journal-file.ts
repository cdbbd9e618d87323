import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { ServerKey } from '../domain/ports.ts'
import { JournalError, type JournalLine, openLine, sealLine } from './journal-lines.ts'
import { syncDirectory } from './sync-directory.ts'

export interface JournalContent {
  lines: JournalLine[]
  /** Of the last line. */
  seal: string
  /** Bytes of whole lines; what follows them is the beginning of a line that a crash has cut off. */
  length: number
}

/**
 * Reads a journal, or a copy of one, and proves every seal.
 * @throws JournalError that names the first line that is not as it was written.
 */
export function readJournal(file: string, serverKey: ServerKey): JournalContent {
  const bytes = readFileSync(file)
  const lines: JournalLine[] = []
  let [seal, length] = ['', 0]
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, length)) {
    const opened = openLine(serverKey, seal, bytes.toString('utf8', length, end))
    if ('problem' in opened) throw new JournalError(`${file}: line ${lines.length + 1} ${opened.problem}`)
    if ((opened.line.kind === 'begin') !== (lines.length === 0)) {
      throw new JournalError(`${file}: line ${lines.length + 1} does not belong there`)
    }
    lines.push(opened.line)
    seal = opened.seal
    length = end + 1
  }
  return { lines, seal, length }
}

/**
 * The file of the journal, written by one process at a time: the one that has claimed the data directory. Lines are
 * only ever added at its end.
 */
export class JournalFile {
  readonly path: string
  readonly #serverKey: ServerKey
  #handle: number
  #inode: number
  #length: number
  #seal: string
  /** A write failed by half, and could not be taken back. */
  #torn = false
  #syncing = false
  #unsynced = false
  #closed = false
  /** Called when what was written cannot be brought to the disk. */
  onSyncFailure: (error: Error) => void = () => {}

  private constructor(path: string, serverKey: ServerKey, { seal, length }: Pick<JournalContent, 'seal' | 'length'>) {
    this.path = path
    this.#serverKey = serverKey
    this.#handle = openSync(path, 'a', 0o600)
    this.#inode = statSync(path).ino
    this.#length = length
    this.#seal = seal
  }

  /**
   * Opens the journal where there is one, and cuts off the beginning of a line that a crash has left.
   * @returns null where there is none, or none with a whole line.
   */
  static open(path: string, serverKey: ServerKey): { file: JournalFile; lines: JournalLine[] } | null {
    if (!existsSync(path)) return null
    const mode = statSync(path).mode & 0o777
    if ((mode & 0o077) !== 0) {
      throw new JournalError(`${path} can be read by others (mode ${mode.toString(8)}); run: chmod 600 ${path}`)
    }
    const content = readOwn(path, serverKey)
    if (content.lines.length === 0) return null
    const file = new JournalFile(path, serverKey, content)
    if (statSync(path).size > content.length) ftruncateSync(file.#handle, content.length)
    return { file, lines: content.lines }
  }

  /** Puts a journal of these lines in place of whatever is there, or leaves that as it is. */
  static replace(path: string, serverKey: ServerKey, lines: readonly JournalLine[]): JournalFile {
    const draft = `${path}.new`
    let [seal, length] = ['', 0]
    const handle = openSync(draft, 'w', 0o600)
    try {
      for (const line of lines) {
        const sealed = sealLine(serverKey, seal, line)
        seal = sealed.seal
        length += writeWhole(handle, sealed.text)
      }
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, path)
    syncDirectory(dirname(path))
    return new JournalFile(path, serverKey, { seal, length })
  }

  get length(): number {
    return this.#length
  }

  /** Adds lines as one write. @throws where it cannot be done; none of them is there then. */
  append(lines: readonly JournalLine[]): void {
    if (this.#torn) this.#cutTorn()
    this.#requireUntouched()
    let [text, seal] = ['', this.#seal]
    for (const line of lines) {
      const sealed = sealLine(this.#serverKey, seal, line)
      text += sealed.text
      seal = sealed.seal
    }
    try {
      this.#length += writeWhole(this.#handle, text)
      this.#seal = seal
    } catch (error) {
      // Half a line in the middle of the file could not be told from a forged one.
      this.#torn = true
      this.#cutTorn()
      throw error
    }
    this.#sync()
  }

  /** Brings to the disk what was added, and waits for it. */
  flush(): void {
    fsyncSync(this.#handle)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.flush()
    // With a sync under way, whoever ends that closes it.
    if (!this.#syncing) closeSync(this.#handle)
  }

  #cutTorn(): void {
    ftruncateSync(this.#handle, this.#length)
    this.#torn = false
  }

  #requireUntouched(): void {
    const { ino, size } = statSync(this.path)
    if (ino !== this.#inode) throw new JournalError(`${this.path} was replaced by another file`)
    if (size !== this.#length) throw new JournalError(`${this.path} was written by somebody else`)
  }

  /**
   * In the background: a change does not wait for it. What a power cut takes from the journal the database still has,
   * and the next start notes it again.
   */
  #sync(): void {
    this.#unsynced = true
    if (this.#syncing) return
    this.#syncing = true
    this.#unsynced = false
    fdatasync(this.#handle, (error) => {
      this.#syncing = false
      if (error) this.onSyncFailure(error)
      else if (this.#unsynced && !this.#closed) return this.#sync()
      if (this.#closed) closeSync(this.#handle)
    })
  }
}

function readOwn(path: string, serverKey: ServerKey): JournalContent {
  try {
    return readJournal(path, serverKey)
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    throw new JournalError(
      `${error.message}; to go on without it, and without what it knows, move it away: mv ${path} ${path}.damaged`,
    )
  }
}

function writeWhole(handle: number, text: string): number {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written)
  return bytes.length
}
