/**
 * The yardstick: splits frames by their length and sends them back; no parsing, no disk. Prints its port. With
 * `per-frame` each frame is a write of its own, else all frames of one read leave together, copied nowhere: the
 * fastest a Node server on this socket path can be.
 */
import { createServer } from 'node:net'

const perFrame = process.argv[2] === 'per-frame'

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let end = 0
    while (bytes.length - end >= 4 && bytes.length - end - 4 >= bytes.readInt32BE(end)) {
      const start = end
      end += 4 + bytes.readInt32BE(end)
      if (perFrame) socket.write(bytes.subarray(start, end))
    }
    if (end > 0 && !perFrame) socket.write(bytes.subarray(0, end))
    rest = bytes.subarray(end)
  })
  socket.on('error', () => socket.destroy())
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`${address.port}\n`)
})
