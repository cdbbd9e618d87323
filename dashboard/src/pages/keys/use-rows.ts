import { startTransition, useEffect, useState } from 'react'

/** No row is lower, and no less stands above them: no screen has room for more. */
const ROW_PX = 40
const ABOVE_PX = 220

interface Row<Item> {
  /** Which row of the table it is; React's key for it. */
  slot: number
  item: Item
}

/**
 * Rows of a table for items that change. As long as it is the same list each item keeps its row, wherever it moves, so
 * that focus stays with what it was on. Another list is filled into the rows that are there, since making rows takes
 * longer than all else; of it first come as many as a screen has room for, and in the next moment the rest.
 * @param list the same as long as it is the same list, read anew or not.
 */
export function useRows<Item extends { id: string }>(items: readonly Item[], list: unknown): Row<Item>[] {
  const [rows, setRows] = useState(() => fill(items, list, null))
  const [whole, setWhole] = useState<unknown>(null)
  const isWhole = whole === list
  useEffect(() => (isWhole ? undefined : oncePainted(() => startTransition(() => setWhole(list)))), [isWhole, list])
  const current = rows.items === items ? rows : fill(items, list, rows)
  if (current !== rows) setRows(current)
  const inSight = Math.max(1, Math.ceil((window.innerHeight - ABOVE_PX) / ROW_PX))
  const shown = isWhole ? items : items.slice(0, inSight)
  return shown.map((item, at) => ({ item, slot: current.slots[at] ?? at }))
}

/** What runs in a frame runs before it is painted. @returns a function that calls it off. */
function oncePainted(act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(act)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

interface Filled<Item> {
  items: readonly Item[]
  list: unknown
  slots: readonly number[]
  /** No row had this number yet. */
  next: number
}

function fill<Item extends { id: string }>(
  items: readonly Item[],
  list: unknown,
  before: Filled<Item> | null,
): Filled<Item> {
  let next = before?.next ?? 0
  const slots = before?.slots ?? []
  const kept = new Map(before?.items.map(({ id }, at) => [id, slots[at]]))
  const isSame = before?.list === list
  return { items, list, slots: items.map(({ id }, at) => (isSame ? kept.get(id) : slots[at]) ?? next++), next }
}
