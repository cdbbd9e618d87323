import { startTransition, useEffect, useState } from 'react'

/** No row is lower, and no less stands above them: no screen has room for more. */
const ROW_PX = 40
const ABOVE_PX = 220

interface Row<Item> {
  /** Which row of the table it is; React's key for it. */
  slot: number
  item: Item
  /** Of the list before; in the next moment it is filled anew, or gone. */
  isSpent: boolean
}

/**
 * Rows of a table for items that change. As long as it is the same list each item keeps its row, wherever it moves, so
 * that focus stays with what it was on. Another list is filled into the rows that are there, since making and removing
 * rows takes longer than all else; of it first come as many as a screen has room for, and in the next moment the rest.
 * @param list the same as long as it is the same list, read anew or not.
 */
export function useRows<Item extends { id: string }>(items: readonly Item[], list: unknown): Row<Item>[] {
  const inSight = Math.max(1, Math.ceil((window.innerHeight - ABOVE_PX) / ROW_PX))
  const [filled, setFilled] = useState(() => fill(items, list, null, []))
  const [whole, setWhole] = useState<unknown>(null)
  const isWhole = whole === list
  useEffect(() => (isWhole ? undefined : oncePainted(() => startTransition(() => setWhole(list)))), [isWhole, list])
  const current =
    filled.items === items ? filled : fill(items, list, filled, rowsOf(filled, whole === filled.list, inSight))
  if (current !== filled) setFilled(current)
  return rowsOf(current, isWhole, inSight)
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
  /** Of each item. */
  slots: readonly number[]
  /** No row had this number yet. */
  next: number
  /** The rows of the list before. */
  former: readonly Row<Item>[]
}

function fill<Item extends { id: string }>(
  items: readonly Item[],
  list: unknown,
  before: Filled<Item> | null,
  shown: readonly Row<Item>[],
): Filled<Item> {
  let next = before?.next ?? 0
  const slots = before?.slots ?? []
  const kept = new Map(before?.items.map(({ id }, at) => [id, slots[at]]))
  const isSame = before?.list === list
  return {
    items,
    list,
    slots: items.map(({ id }, at) => (isSame ? kept.get(id) : slots[at]) ?? next++),
    next,
    former: isSame ? (before?.former ?? []) : shown,
  }
}

function rowsOf<Item>({ items, slots, former }: Filled<Item>, isWhole: boolean, inSight: number): Row<Item>[] {
  const shown = isWhole ? items : items.slice(0, inSight)
  const rows = shown.map((item, at) => ({ item, slot: slots[at] ?? at, isSpent: false }))
  if (isWhole) return rows
  const taken = new Set(rows.map(({ slot }) => slot))
  return [...rows, ...former.filter(({ slot }) => !taken.has(slot)).map((row) => ({ ...row, isSpent: true }))]
}
