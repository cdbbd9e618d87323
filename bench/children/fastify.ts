import type { IncomingHttpHeaders } from 'node:http'
import Fastify from 'fastify'
import { reportSide } from './side.ts'

// What the framework costs: one route, no hooks and no schemas, and the bytes that Claviger answered when it was asked.
const { headers, body }: { headers: IncomingHttpHeaders; body: string } = JSON.parse(process.argv[2] ?? '')

const app = Fastify({ logger: false })
app.post<{ Body: { key?: unknown } }>('/v1/keys/verify', (request, reply) => {
  if (typeof request.body.key !== 'string') reply.raw.destroy()
  reply.headers(headers).send(body)
})
reportSide(await app.listen({ host: '127.0.0.1', port: 0 }))
