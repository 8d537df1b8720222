/** Where the cluster can be reached: settings, interfaces and the self-test of the Cluster page's Addresses tab. */
export const addresses = {
  tab: 'Addresses',
  setting: {
    title: 'Who can connect',
    host: 'Nodes listen on',
    loopback: 'This machine only (127.0.0.1)',
    all: 'All addresses (0.0.0.0)',
    one: 'One address',
    pick: 'Address to listen on',
    hostHint:
      'Programs on this machine always reach the nodes at 127.0.0.1. The console itself is never reachable from elsewhere.',
    advertise: 'Clients are told to connect to',
    auto: 'The address they came to (auto)',
    fixed: 'A fixed address',
    pickFixed: 'Address clients are told (brokerIP1)',
    autoHint:
      'A client that asks a nameserver at 192.168.1.5 is sent to brokers at 192.168.1.5, one in a container to the address of its bridge, one on this machine to 127.0.0.1.',
    fixedHint:
      'Every broker calls itself by this address, as with brokerIP1 in broker.conf; a brokerIP1 set for a single broker wins.',
    save: 'Save',
    saved: 'Saved. It takes effect when a node starts.',
    given: 'Set by flags of this run (--host, --advertise). What you save here takes their place.'
  },
  stale:
    '{n} node still runs with the former setting. | {n} nodes still run with the former setting.',
  apply: 'Restart now',
  warning: {
    title: 'Other machines can use this cluster ({host})',
    text: 'While access control (Users & permissions) is off, whoever can connect may read, send and delete messages. Only do this in a network you trust, and go back to 127.0.0.1 afterwards.',
    gone: '{host} is no address of this machine now. Nodes that start listen on 127.0.0.1 only, until it is back or another is chosen.',
    foreign:
      '{address} is no address of this machine. Clients and this console reach the brokers only if something passes connections on from there.'
  },
  list: {
    title: 'Addresses of this machine',
    test: 'Test all',
    testing: 'Testing …',
    reload: 'Reload',
    none: 'This machine tells no address.',
    default: 'Default route',
    listening: 'Listening',
    notListening: 'Not listening',
    namesrv: 'For clients that come this way',
    left: '{n} more addresses were not tested.',
    tested: 'Tested at {time}'
  },
  kinds: {
    loopback: 'This machine only',
    ethernet: 'Ethernet',
    wifi: 'Wi-Fi',
    lan: 'Network (Wi-Fi or Ethernet)',
    docker: 'Container bridge',
    wsl: 'WSL',
    vpn: 'VPN',
    virtual: 'Virtual machines',
    linkLocal: 'Link-local',
    other: 'Other interface'
  },
  kindHints: {
    loopback: 'Clients on this machine use this one.',
    ethernet: 'Clients in the same network use this one.',
    wifi: 'Clients in the same network use this one. Some guest networks keep their devices apart.',
    lan: 'Clients in the same network use this one.',
    docker: 'Containers on this machine use this one.',
    wsl: 'Programs inside the Windows Subsystem for Linux use this one.',
    vpn: 'Machines in the same VPN use this one.',
    virtual: 'Virtual machines on this machine use this one.',
    linkLocal: 'Given without a router; RocketMQ clients cannot use it reliably.',
    other: 'What it leads to is not known.'
  },
  purposes: {
    namesrv: 'Nameserver',
    broker: 'Broker',
    vip: 'VIP channel',
    ha: 'Replication',
    grpc: 'gRPC proxy'
  },
  outcomes: {
    reachable: 'reachable',
    refused: 'refused',
    filtered: 'no answer',
    unreachable: 'no way there',
    foreign: 'something else answers'
  },
  reasons: {
    ok: 'A RocketMQ request was answered.',
    nodeDown: 'The node does not run. Start it on the Overview tab.',
    loopbackOnly:
      'The node does not listen on this address. Choose “All addresses” or this one above, save, and restart the nodes.',
    restartNeeded:
      'The setting was saved, but this node still runs with the former one. Restart it.',
    haIsShut: 'Nothing replicates by this port; only brokers would, no client needs it.',
    nothingListens:
      'The node runs, but nothing listens here. Restart it, and read its log if it happens again.',
    vipOff:
      'The VIP channel (port − 2) is off where the system chose the port. Only clients before 4.5 want it, and they go on without.',
    firewall:
      'Nobody answered in time: a firewall or VPN drops the packets. Allow incoming TCP connections to this port.',
    noWay: 'The system knows no way to this address. The interface may just have lost its network.',
    foreign:
      'Another program answers at this port on this address, and it is not RocketMQ. End it, or choose other ports.'
  },
  told: {
    title: 'A client here is told',
    unreachable:
      'It cannot connect there. Choose “auto”, or an address that can be reached from where clients are.'
  },
  elsewhere: {
    title: 'Try it from the other machine or container',
    text: 'This test runs from this machine to itself: whether a firewall lets others in shows only there.'
  },
  hints: {
    title: 'Containers, WSL and other machines',
    inContainer:
      'Gantry itself runs in a container. Only published ports (docker run -p 9876:9876 -p 10911:10911 …) or --network host make it reachable from outside; listen on all addresses, and give the address of the host as the fixed address.',
    inWsl:
      'Gantry runs inside WSL. Windows reaches it at localhost; other machines only with mirrored networking (networkingMode=mirrored in .wslconfig) or a forwarded port.',
    docker:
      'From a container, this machine is host.docker.internal with Docker Desktop. On Linux start it with --add-host=host.docker.internal:host-gateway, or with --network host and 127.0.0.1.',
    desktop:
      'With Docker Desktop (macOS, Windows) connections from containers arrive on 127.0.0.1, so “auto” would send them to themselves: choose the address of your Wi-Fi or Ethernet as the fixed address.',
    lan: 'Other machines need the nodes to listen on all addresses or on theirs, and a firewall that lets them in to the nameserver and broker ports.',
    ipv6: 'IPv6 works for clients that understand [address]:port, as those of Java since 4.9 do. Listening on :: serves IPv4 and IPv6; 0.0.0.0 serves IPv4 only. Message ids keep an IPv4 address unless brokerIP1 is an IPv6 one.'
  }
}
