import type { Dialect, RawBuilder } from 'kysely'

/** How one engine names the few types the tables use. */
export interface ColumnTypes {
  /** Compares bytewise. */
  text: RawBuilder<unknown>
  /** Signed, 64 bits. */
  integer: RawBuilder<unknown>
  binary: RawBuilder<unknown>
}

/** All that differs between the engines. */
export interface Engine {
  dialect: Dialect
  columnTypes: ColumnTypes
}
