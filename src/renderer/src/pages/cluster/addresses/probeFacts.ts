/** What a self-test says about one address, and how to ask the same from elsewhere. */
import type { AddressProbe, PortProbe, ProbeReason } from '../../../../../shared/addressViews'

/** As it should be, or of no concern to clients. */
const calm: readonly ProbeReason[] = ['ok', 'haIsShut', 'vipOff']

export const isCalm = ({ reason, purpose }: Pick<PortProbe, 'reason' | 'purpose'>): boolean =>
  // Old clients go on without the VIP channel: its node's own port says what is wrong.
  calm.includes(reason) || purpose === 'vip'

/** Each reason once, most ports first; where all is well why some ports are shut, else only what needs a cure. */
export const problemsOf = ({ ports }: Pick<AddressProbe, 'ports'>): ProbeReason[] => {
  const wanted = ports.filter((port) => !isCalm(port))
  return [...new Set(wanted.map(({ reason }) => reason))]
}

/** For a shell of Linux or macOS, and for PowerShell. */
export const commandsFor = ({ address, ports }: AddressProbe): string[] => {
  const wanted = ports.filter(({ purpose }) => purpose === 'namesrv' || purpose === 'broker')
  const first = wanted[0]
  const broker = wanted.find(({ purpose }) => purpose === 'broker')
  const shown = [first, broker].filter((port) => port !== undefined)
  return [
    ...shown.map(({ port }) => `nc -vz ${address} ${port}`),
    ...shown.map(({ port }) => `Test-NetConnection ${address} -Port ${port}`)
  ]
}
