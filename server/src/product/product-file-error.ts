export interface Position {
  /** From 1, as editors count. */
  readonly line: number
  readonly column: number
}

export interface Problem {
  /** Null where the file as a whole is meant. */
  readonly position: Position | null
  /** What is wrong, and what to do about it. */
  readonly message: string
}

/** A product file that cannot be used. The message has one line for each problem, in the order of the file. */
export class ProductFileError extends Error {
  override readonly name = 'ProductFileError'
  readonly code = 'PRODUCT_FILE_INVALID'
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    const ordered = [...problems].sort(byPosition)
    super(ordered.map(({ position, message }) => `${place(file, position)}: ${message}`).join('\n'))
    this.file = file
    this.problems = ordered
  }
}

function place(file: string, position: Position | null): string {
  return position === null ? file : `${file}:${position.line}:${position.column}`
}

function byPosition(a: Problem, b: Problem): number {
  return (a.position?.line ?? 0) - (b.position?.line ?? 0) || (a.position?.column ?? 0) - (b.position?.column ?? 0)
}
