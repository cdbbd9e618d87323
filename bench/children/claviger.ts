import { compose } from '../../server/src/main.ts'
import { configOf } from '../deployment.ts'
import { reportSide } from './side.ts'

// The server as it ships: the same composition, its default settings.
const [dataDir = ''] = process.argv.slice(2)
const server = await compose(configOf(dataDir))
reportSide(await server.listen())
