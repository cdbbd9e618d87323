import { suggest } from './wording.ts'

const PLACEHOLDERS = ['{{secret}}', '{{url}}']

/** What would keep a sample request from working once it is filled in, as the end of a sentence; null: nothing. */
export function sampleRequestFault(command: string): string | null {
  const unknown = command.match(/\{\{.*?\}\}/g)?.find((placeholder) => !PLACEHOLDERS.includes(placeholder))
  if (unknown !== undefined) return `has the unknown placeholder "${unknown}". ${suggest(unknown, PLACEHOLDERS)}`
  if (!command.includes('{{secret}}')) return 'has no {{secret}}. Write {{secret}} where the key belongs.'
  if (standsInSingleQuotes(command, '{{secret}}')) {
    return 'has {{secret}} between single quotes, where a shell fills in no variable. Use double quotes.'
  }
  return null
}

function standsInSingleQuotes(command: string, wanted: string): boolean {
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at)
    if (quote === "'" && command.startsWith(wanted, at)) return true
    if (character === '\\' && quote !== "'") at++
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
  }
  return false
}
