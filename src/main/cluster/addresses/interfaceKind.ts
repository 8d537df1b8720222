import type { InterfaceKind } from '../../../shared/addressViews'
import type { MachineAddress } from '../../base/networkInterfaces'

/** The first rule that fits the name of an interface. */
const byName: readonly [RegExp, InterfaceKind][] = [
  [/\bwsl\b/i, 'wsl'],
  [/docker|podman|^br-[0-9a-f]{6,}|^cni|^flannel|^cali|^veth(?!ernet)|^nerdctl|^lima/i, 'docker'],
  [
    /^(tun|tap|utun|wg|ppp|ipsec|zt|nordlynx|gpd)\d*|tailscale|wireguard|openvpn|vpn|anyconnect|zerotier|wintun/i,
    'vpn'
  ],
  [
    /vmware|vmnet|virtualbox|vboxnet|hyper-?v|vethernet|^virbr|^lxc|^lxd|^bridge\d|^vnic|parallels/i,
    'virtual'
  ],
  [/^wl|wi-?fi|wlan|wireless|无线/i, 'wifi'],
  // macOS calls both kinds en0, en1 …
  [/^en\d+$/, 'lan'],
  [/^(eth|em|en[opsx])|ethernet|以太网|本地连接/i, 'ethernet']
]

/** 100.64.0.0/10: addresses of carriers, which Tailscale gives as well. */
const isShared = (address: string): boolean => {
  const [first, second] = address.split('.').map(Number)
  return first === 100 && second !== undefined && second >= 64 && second < 128
}

const isLinkLocal = (address: string): boolean => /^(169\.254\.|fe[89ab][0-9a-f]:)/i.test(address)

/** A guess, by what systems call their interfaces. */
export const interfaceKind = ({ name, address, isInternal }: MachineAddress): InterfaceKind => {
  if (isInternal) return 'loopback'
  if (isLinkLocal(address)) return 'linkLocal'
  const named = byName.find(([pattern]) => pattern.test(name))?.[1]
  if (named !== undefined && named !== 'lan') return named
  return isShared(address) ? 'vpn' : (named ?? 'other')
}
