const MASK = '[secret]'

// Node's name for its inspection hook; taken from the registry so that nothing of Node is imported.
const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * A credential that cannot slip into a log, an error message or a JSON body: every way of printing it
 * says `[secret]`. The only way to the text is `reveal()`, so that its readers can be found by name.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The credential itself. What it returns must not be logged, stored or put into an error. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect](): string {
    return MASK
  }
}
