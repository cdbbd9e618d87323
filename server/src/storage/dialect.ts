import type { Dialect, Kysely, RawBuilder, Transaction } from 'kysely'

/** How one engine names the few types the tables use. */
export interface ColumnTypes {
  /** Compares bytewise. */
  text: RawBuilder<unknown>
  /** Signed, 64 bits. */
  integer: RawBuilder<unknown>
  binary: RawBuilder<unknown>
  /** A point in time, as the library that signs people in writes it. */
  moment: RawBuilder<unknown>
  /** A switch, as that library writes it. */
  truth: RawBuilder<unknown>
  /** Ends the making of a table whose rows are stored in the order of its primary key, where an engine can do that. */
  inKeyOrder: RawBuilder<unknown>
}

/** All that differs between the engines. */
export interface Engine {
  dialect: Dialect
  /** Where changes are made; null: on the same connections as everything else. */
  changes: Dialect | null
  /** Where tables are made and changed, without limits of time; null: on the same connections as everything else. */
  migrations: (() => Dialect) | null
  /** By which libraries know it. */
  name: 'sqlite' | 'postgres'
  /** In which the tables are; null: there are no schemas. */
  schema: string | null
  columnTypes: ColumnTypes
  /**
   * Ends a select that takes the rows it finds until its transaction is over, but none that somebody else has taken;
   * null: whoever writes has all rows to itself.
   */
  freeRows: RawBuilder<unknown> | null
  /** A transaction whose COMMIT does not wait for the disk: a power cut can undo it, the end of this process cannot. */
  unsynced<Tables, T>(db: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T>
  /** A table `given` whose column `value` has the items of a JSON array: the same short statement for any number of rows. */
  itemsOf(items: readonly (readonly unknown[])[]): RawBuilder<unknown>
  /**
   * Runs an update once for each row of parameters, within the transaction that is open; null: one statement about many
   * rows costs no more there.
   * @returns the rows by which nothing was changed.
   */
  updateEach: (<Row extends readonly unknown[]>(statement: string, rows: readonly Row[]) => Row[]) | null
  /** Ends all of these, and lets go of the database. */
  close(): Promise<void>
}
