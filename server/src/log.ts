import { type DestinationStream, type Logger, pino } from 'pino'
import type { LogLevel } from './config.ts'

/**
 * One JSON object a line, on standard error. Nothing here logs a secret; should one slip into a message all the same,
 * it is struck out of the line before it is written.
 */
export function createLog(level: LogLevel, tags: readonly string[], destination: DestinationStream): Logger {
  const secrets = new RegExp(`\\b((?:${tags.join('|')})_[0-9A-Za-z]{8})[0-9A-Za-z]{38}`, 'g')
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.cookie', '*["x-api-key"]', '*.secret', '*.password'],
      hooks: { streamWrite: (line) => line.replace(secrets, '$1…') },
    },
    destination,
  )
}
