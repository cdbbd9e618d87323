import { randomBytes } from 'node:crypto'
import { endingsOf } from '../domain/endings.ts'
import type { Deed, EndingsJournal, Gap } from '../domain/journal.ts'
import { type Database, DatabaseUnavailable, type ServerKey, type Writes } from '../domain/ports.ts'
import type { ChainHead } from '../domain/records.ts'
import { compacted } from './journal-compaction.ts'
import { countChains, lastCommon, readGrowth, tokenOf } from './journal-comparison.ts'
import { JournalFile } from './journal-file.ts'
import { fromHeadText, HEADS_PER_LINE, JournalError, type JournalLine, toHeadText } from './journal-lines.ts'

interface OpenedJournal {
  file: JournalFile
  lines: JournalLine[]
}

/** How one committed transaction is noted. */
export interface CommittedNote {
  /** Null: it was no change of authority, and only wrote to the audit log. */
  change: { version: number; token: string } | null
  /** Of each chain that grew: its head now, and the sequence of the first event that was added. */
  heads: readonly (ChainHead & { first: number })[]
  did: readonly Deed[]
}

/** Told what an operator should know. */
export interface JournalWatcher {
  /** Heads as they are now, to be kept wherever the log goes. */
  heads(heads: readonly ChainHead[]): void
  begun(path: string, version: number): void
  /** More had been committed than was noted; it is now. */
  caughtUp(version: number, missing: number): void
  /** In a database that has lost no change, these chains are shorter than they were. */
  cut(chains: readonly string[]): void
  /** What has grown old stays in it until the next start. */
  notShortened(error: unknown): void
  failing(error: unknown): void
  recovered(): void
}

/**
 * What stands outside the database about what was committed in it: the order of changes, the heads of the audit log,
 * and what was ended. Written after each commit, by the process alone that has claimed the database: whatever was
 * committed beside it, or not noted for any other reason, is read back from the database and noted then.
 */
export class Journal implements EndingsJournal {
  readonly path: string
  readonly #database: Database
  readonly #serverKey: ServerKey
  readonly #now: () => number
  readonly #watcher: JournalWatcher
  #file: JournalFile | null = null
  #last = { version: 0, token: '' }
  #counts = new Map<string, number>()
  #open: Gap[] = []
  #failing = false
  #comparing = true
  /** While the database is being compared: all that is in the journal; null then, too, where there is none yet. */
  #lines: JournalLine[] | null = null

  /** @param database without any note of what is committed in it: that is what this is. */
  constructor(
    path: string,
    parts: { database: Database; serverKey: ServerKey; now: () => number; watcher: JournalWatcher },
  ) {
    this.path = path
    this.#database = parts.database
    this.#serverKey = parts.serverKey
    this.#now = parts.now
    this.#watcher = parts.watcher
  }

  /** True: nothing that is committed now can be noted. */
  get failing(): boolean {
    return this.#failing
  }

  /** True until the database has been compared and what it had forgotten is done again. */
  get comparing(): boolean {
    return this.#comparing
  }

  /** The version of the last change noted. */
  get version(): number {
    return this.#last.version
  }

  /** Others may be writing to the database: it has to be compared again before anything is changed. */
  suspend(): void {
    this.#comparing = true
  }

  /** Every gap is closed; changes may be made. */
  resume(): void {
    this.#comparing = false
  }

  /**
   * Notes what was just committed. To be called before anything is answered.
   * @throws where it cannot be written; it stays failing then until `catchUp` has succeeded.
   */
  async note(note: CommittedNote): Promise<void> {
    if (this.#isNoted(note)) return
    if (this.#failing || !this.#continues(note)) return this.catchUp()
    const { change, heads, did } = note
    this.#append([this.#change(change, heads, did)])
  }

  /** Notes everything that is committed and was not noted. @throws where it cannot be written, or read. */
  async catchUp(): Promise<void> {
    await this.#underLock(async (writes, version) => {
      if (!(await this.#agrees(writes, version))) {
        // Nobody may go on from here without comparing first.
        this.#comparing = true
        throw new DatabaseUnavailable('the database has gone back in time; restart the server')
      }
      await this.#noteMissing(writes, version)
    })
  }

  async compare(): Promise<Gap[]> {
    this.#comparing = true
    // Read before the lock is taken: the longer the journal is, the longer that takes, and a transaction that pauses for
    // long is ended by the database.
    this.#lines = this.#reopen()
    try {
      await this.#underLock((writes, version) => this.#compareWith(writes, version))
    } finally {
      this.#lines = null
    }
    if (!this.#failing) this.#file?.flush()
    return [...this.#open]
  }

  async close({ id }: Gap): Promise<void> {
    this.#append([{ kind: 'closed', at: this.#now(), gap: id }])
    this.#file?.flush()
  }

  /** Nothing can be noted any more. */
  end(): void {
    this.#file?.close()
    this.#file = null
  }

  async #compareWith(writes: Writes, version: number): Promise<void> {
    const token = await tokenOf(writes, version)
    if (this.#lines === null) return this.#begin(writes, version, token)
    if (await this.#agrees(writes, version)) {
      // Nothing is lost, and a disk that is full now need not be for long: until then the journal is failing.
      await this.#noteMissing(writes, version).catch((error: unknown) => {
        if (!this.#failing) throw error
      })
    } else await this.#noteGap(writes, version, token, [...this.#lines])
  }

  /** The database has everything that was noted, and perhaps more. */
  async #noteMissing(writes: Writes, version: number): Promise<void> {
    const before = this.#last.version
    await this.#noteCut(writes)
    const lines: JournalLine[] = (await readGrowth(writes, this.#counts)).map(({ heads, did }) =>
      this.#change(null, heads, did),
    )
    if (version > before) lines.push(this.#change({ version, token: await tokenOf(writes, version) }, [], []))
    if (lines.length > 0) {
      this.#append(lines)
      this.#watcher.caughtUp(version, version - before)
    } else if (this.#failing) this.#append([this.#change(null, [], [])])
  }

  /** Reads the file again from its beginning: while others had the database, nobody but they know of it. */
  #reopen(): JournalLine[] | null {
    this.#file?.close()
    const opened = JournalFile.open(this.path, this.#serverKey)
    if (!opened) return null
    const { file, lines } = this.#compact(opened)
    this.#file = file
    this.#watchFile()
    this.#counts = new Map()
    this.#open = []
    for (const line of lines) this.#take(line)
    return lines
  }

  /** Where there is no room for a second file, the first goes on growing for now. */
  #compact(opened: OpenedJournal): OpenedJournal {
    const lines = compacted(opened.lines, this.#now())
    if (!lines) return opened
    try {
      const file = JournalFile.replace(this.path, this.#serverKey, lines)
      opened.file.close()
      return { file, lines }
    } catch (error) {
      this.#watcher.notShortened(error)
      return opened
    }
  }

  /** There was no journal: what is there now is what will be compared with. */
  async #begin(writes: Writes, version: number, token: string): Promise<void> {
    this.#counts = new Map()
    this.#open = []
    const heads = await writes.chainHeads()
    const at = this.#now()
    const lines: JournalLine[] = [{ kind: 'begin', at, version, token, endingsSince: version === 0 ? null : at }]
    for (let start = 0; start < heads.length; start += HEADS_PER_LINE) {
      lines.push(this.#change(null, heads.slice(start, start + HEADS_PER_LINE), []))
    }
    this.#file = JournalFile.replace(this.path, this.#serverKey, lines)
    this.#watchFile()
    for (const line of lines) this.#took(line)
    if (version > 0) this.#watcher.begun(this.path, version)
  }

  /** The database lacks what was noted last. */
  async #noteGap(writes: Writes, version: number, token: string, lines: readonly JournalLine[]): Promise<void> {
    const common = await lastCommon(writes, lines)
    const lost = lines.slice(common + 1).flatMap((line) => (line.kind === 'change' ? line.did : []))
    const [first, point] = [lines[0], lines[common]]
    // Before its first line the journal knows nothing, and behind it nothing that has grown too old.
    const known = common > 0 || (common === 0 && first?.kind === 'begin' && first.endingsSince === null)
    const gap: Gap = {
      id: `gap_${randomBytes(12).toString('hex')}`,
      at: this.#now(),
      from: this.#last.version,
      to: version,
      common: point && 'version' in point ? point.version : null,
      unknownBefore: !known && first?.kind === 'begin' ? (first.endingsSince ?? first.at) : null,
      endings: endingsOf(lost),
    }
    // What others have committed after the point that both share is no loss, but may be lost another time.
    const countsThen = new Map<string, number>()
    for (const line of lines.slice(0, common + 1)) countChains(countsThen, line)
    const theirs = (await readGrowth(writes, countsThen)).map(({ heads, did }) => this.#change(null, heads, did))
    const heads = await writes.chainHeads()
    const found = new Set(heads.map(({ chain }) => chain))
    const gone = [...this.#counts.keys()].filter((chain) => !found.has(chain))
    const present = [...heads, ...gone.map((chain) => ({ chain, count: 0, mac: new Uint8Array() }))]
    this.#append([...theirs, { kind: 'gap', version, token, heads: present.map(toHeadText), ...gap }])
  }

  /** Chains of which the database has fewer events than were noted, though no change is missing. */
  async #noteCut(reads: Writes): Promise<void> {
    const found = new Map((await reads.chainHeads()).map((head) => [head.chain, head]))
    const were = [...this.#counts].filter(([chain, count]) => (found.get(chain)?.count ?? 0) < count)
    if (were.length === 0) return
    const heads = were.map(([chain]) => found.get(chain) ?? { chain, count: 0, mac: new Uint8Array() })
    this.#append([{ kind: 'cut', at: this.#now(), heads: heads.map(toHeadText), were }])
    this.#watcher.cut(were.map(([chain]) => chain))
  }

  /** Whether the database knows the last change noted. */
  async #agrees(writes: Writes, version: number): Promise<boolean> {
    return version >= this.#last.version && (await tokenOf(writes, this.#last.version)) === this.#last.token
  }

  #isNoted({ change, heads }: CommittedNote): boolean {
    const seen = heads.every(({ chain, count }) => count <= (this.#counts.get(chain) ?? 0))
    return change ? change.version <= this.#last.version : seen
  }

  #continues({ change, heads }: CommittedNote): boolean {
    const gapless = heads.every(({ chain, first }) => first === (this.#counts.get(chain) ?? 0) + 1)
    return gapless && (!change || change.version === this.#last.version + 1)
  }

  #change(
    change: { version: number; token: string } | null,
    heads: readonly ChainHead[],
    did: readonly Deed[],
  ): JournalLine & { kind: 'change' } {
    const { version, token } = change ?? { version: null, token: null }
    return { kind: 'change', at: this.#now(), version, token, heads: heads.map(toHeadText), did }
  }

  #append(lines: readonly JournalLine[]): void {
    try {
      if (!this.#file) throw new JournalError('the journal is closed')
      this.#file.append(lines)
    } catch (error) {
      this.#fail(error)
      throw error
    }
    if (this.#failing) {
      this.#failing = false
      this.#watcher.recovered()
    }
    for (const line of lines) this.#took(line)
    // A change that was committed just before the comparison began may be noted while it waits for the lock.
    this.#lines?.push(...lines)
  }

  #took(line: JournalLine): void {
    this.#take(line)
    const heads = 'heads' in line ? line.heads.filter(([, count]) => count > 0) : []
    if (heads.length > 0) this.#watcher.heads(heads.map(fromHeadText))
  }

  #fail(error: unknown): void {
    if (!this.#failing) this.#watcher.failing(error)
    this.#failing = true
  }

  #watchFile(): void {
    if (this.#file) this.#file.onSyncFailure = (error) => this.#fail(error)
  }

  /** Puts in mind what a line says. */
  #take(line: JournalLine): void {
    countChains(this.#counts, line)
    if (line.kind === 'gap') this.#open.push(line)
    if (line.kind === 'closed') this.#open = this.#open.filter(({ id }) => id !== line.gap)
    if (line.kind === 'closed' || line.kind === 'cut') return
    if (line.version !== null && line.token !== null) this.#last = { version: line.version, token: line.token }
  }

  /** With nobody else writing. What `work` does is not committed: it only reads. */
  async #underLock(work: (writes: Writes, version: number) => Promise<void>): Promise<void> {
    await this.#database.transact(async (writes) => {
      const next = await writes.nextVersion(randomBytes(16).toString('hex'))
      await work(writes, next - 1)
      return { commit: false, value: null }
    })
  }
}
