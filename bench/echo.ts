/** The yardstick: splits frames by their length and sends them back; no parsing, no disk. Prints its port. */
import { createServer } from 'node:net'

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let end = 0
    while (bytes.length - end >= 4 && bytes.length - end - 4 >= bytes.readInt32BE(end))
      end += 4 + bytes.readInt32BE(end)
    if (end > 0) socket.write(bytes.subarray(0, end))
    rest = bytes.subarray(end)
  })
  socket.on('error', () => socket.destroy())
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`)
})
