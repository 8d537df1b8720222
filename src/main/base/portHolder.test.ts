import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { findPortHolder, holderInLsof, listeningInodes, pidInNetstat } from './portHolder'

describe('reading what the system says', () => {
  test('/proc/net/tcp: only sockets that listen count', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2694 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1',
      '   1: 0100007F:2694 0100007F:D2A0 01 00000000:00000000 00:00000000 00000000  1000        0 222 1',
      '   2: 0100007F:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 333 1'
    ].join('\n')
    expect(listeningInodes(table, 9876)).toEqual(['111'])
  })

  test('lsof: the first process', () => {
    expect(holderInLsof('p4711\ncjava\nf12\n')).toBe('java (pid 4711)')
    expect(holderInLsof('')).toBeUndefined()
  })

  test('netstat of Windows: the listener of exactly this port', () => {
    const output = [
      'Active Connections',
      '  Proto  Local Address          Foreign Address        State           PID',
      '  TCP    127.0.0.1:19876        0.0.0.0:0              LISTENING       1',
      '  TCP    127.0.0.1:9876         127.0.0.1:50000        ESTABLISHED     2',
      '  TCP    127.0.0.1:9876         0.0.0.0:0              LISTENING       3'
    ].join('\r\n')
    expect(pidInNetstat(output, 9876)).toBe('3')
  })
})

describe.runIf(process.platform === 'linux')('on this machine', () => {
  const server = createServer()
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())))

  test('a port of our own is traced to this process', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    expect(await findPortHolder(port)).toContain(`(pid ${process.pid})`)
  })
})
