/** The addresses of this machine, and where it runs; injected, because no two machines have the same. */
import { createSocket } from 'node:dgram'
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

export interface MachineAddress {
  /** Of its interface, as the system calls it: `eth0`, `Wi-Fi`. */
  name: string
  /** Without a zone. */
  address: string
  family: 'IPv4' | 'IPv6'
  /** Of the loopback interface. */
  isInternal: boolean
}

export interface Machine {
  readonly platform: NodeJS.Platform
  /** As they are now: cables are pulled and leases end. */
  addresses(): MachineAddress[]
  /** Of the interface packets to the outside leave by; undefined without a route there. */
  defaultAddress(): Promise<string | undefined>
  /** Inside a container whose network is not the machine's own, as far as it can be told. */
  readonly isContainer: boolean
  /** Inside the Windows Subsystem for Linux. */
  readonly isWsl: boolean
}

/** Reserved for documentation: nobody has it. A UDP socket that is connected sends nothing. */
const SOMEWHERE_OUTSIDE = { address: '198.51.100.1', port: 9 }

const defaultAddress = (): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (address?: string): void => {
      socket.close()
      resolve(address)
    }
    socket.once('error', () => end())
    socket.connect(SOMEWHERE_OUTSIDE.port, SOMEWHERE_OUTSIDE.address, () =>
      end(socket.address().address)
    )
  })

const kernelVersion = (): string => {
  try {
    return readFileSync('/proc/version', 'utf8')
  } catch {
    return '' // no Linux
  }
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
      entries.map(({ address, family, internal }) => ({
        name,
        address: address.replace(/%.*$/, ''),
        family,
        isInternal: internal
      }))
    ),
  defaultAddress,
  isContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  isWsl: /microsoft/i.test(kernelVersion())
})
