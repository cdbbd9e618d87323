import { reportFailure } from './failure.ts'
import { watchOutput } from './output.ts'
import { createProgram } from './program.ts'

watchOutput()
try {
  await createProgram().parseAsync()
} catch (error) {
  process.exitCode = reportFailure(error)
}
