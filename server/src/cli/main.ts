import { reportFailure } from './failure.ts'
import { outliveClosedPipes } from './output.ts'
import { createProgram } from './program.ts'

outliveClosedPipes()
try {
  await createProgram().parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}
