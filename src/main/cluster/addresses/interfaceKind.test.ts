import { expect, test } from 'vitest'
import { interfaceKind } from './interfaceKind'

test.each([
  ['lo', '127.0.0.1', 'loopback'],
  ['eth0', '192.168.1.5', 'ethernet'],
  ['enp3s0', '10.0.0.7', 'ethernet'],
  ['以太网', '10.0.0.7', 'ethernet'],
  ['Ethernet 2', '10.0.0.7', 'ethernet'],
  ['wlp2s0', '192.168.1.6', 'wifi'],
  ['Wi-Fi', '192.168.1.6', 'wifi'],
  ['en0', '192.168.1.6', 'lan'],
  ['docker0', '172.17.0.1', 'docker'],
  ['br-1a2b3c4d5e6f', '172.18.0.1', 'docker'],
  ['podman0', '10.88.0.1', 'docker'],
  ['vEthernet (WSL (Hyper-V firewall))', '172.29.0.1', 'wsl'],
  ['vEthernet (Default Switch)', '172.30.0.1', 'virtual'],
  ['virbr0', '192.168.122.1', 'virtual'],
  ['VMware Network Adapter VMnet8', '192.168.80.1', 'virtual'],
  ['vboxnet0', '192.168.56.1', 'virtual'],
  ['utun3', '10.8.0.2', 'vpn'],
  ['tailscale0', '100.101.1.2', 'vpn'],
  ['wg0', '10.6.0.2', 'vpn'],
  ['strange', '100.64.0.9', 'vpn'],
  ['strange', '100.128.0.9', 'other'],
  ['eth0', '169.254.3.4', 'linkLocal'],
  ['eth0', 'fe80::1', 'linkLocal'],
  ['eth0', 'fd00::2', 'ethernet']
])('%s with %s is %s', (name, address, kind) => {
  const family = address.includes(':') ? 'IPv6' : 'IPv4'
  const isInternal = name === 'lo'
  expect(interfaceKind({ name, address, family, isInternal })).toBe(kind)
})
