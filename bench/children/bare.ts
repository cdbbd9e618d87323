import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { reportSide } from './side.ts'

// What Node itself costs: read the body, parse it, answer the bytes that Claviger answered when it was asked.
const { headers, body }: { headers: IncomingHttpHeaders; body: string } = JSON.parse(process.argv[2] ?? '')

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (text += chunk))
  request.on('end', () => {
    const question: { key?: unknown } = JSON.parse(text)
    if (typeof question.key !== 'string') response.destroy()
    response.writeHead(200, headers)
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => reportSide(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
