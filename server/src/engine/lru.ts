import { LRUCache } from 'lru-cache'

/**
 * The latest `max` entries, in room that grows with them. The library's own `max` sets all of it aside at once, which
 * for half a million takes a server that has just started longer than reading its database.
 * @param dispose told of each entry that leaves.
 */
export function createLru<Value extends {}>(
  max: number,
  dispose?: (value: Value, key: string) => void,
): LRUCache<string, Value> {
  return new LRUCache({ maxSize: max, sizeCalculation: () => 1, ...(dispose && { dispose }) })
}
