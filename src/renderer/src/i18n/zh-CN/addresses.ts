import type { addresses as enAddresses } from '../en/addresses'

/** Where the cluster can be reached: settings, interfaces and the self-test of the Cluster page's Addresses tab. */
export const addresses: typeof enAddresses = {
  tab: '地址',
  setting: {
    title: '谁可以连接',
    host: '节点监听',
    loopback: '仅本机（127.0.0.1）',
    all: '所有地址（0.0.0.0）',
    one: '指定地址',
    pick: '要监听的地址',
    hostHint: '本机程序始终可以通过 127.0.0.1 访问各节点。控制台本身不会对外开放。',
    advertise: '告诉客户端连接到',
    auto: '客户端访问时使用的地址（auto）',
    fixed: '固定地址',
    pickFixed: '告诉客户端的地址（brokerIP1）',
    autoHint:
      '通过 192.168.1.5 访问 Nameserver 的客户端会得到 192.168.1.5 上的 Broker，容器中的客户端得到其网桥地址，本机客户端得到 127.0.0.1。',
    fixedHint:
      '所有 Broker 都使用该地址，等同于 broker.conf 中的 brokerIP1；单个 Broker 自己的 brokerIP1 优先。',
    save: '保存',
    saved: '已保存，节点下次启动时生效。',
    given: '由本次运行的参数（--host、--advertise）指定。在此保存后将取代这些参数。'
  },
  stale: '{n} 个节点仍在使用之前的设置。',
  apply: '立即重启',
  warning: {
    title: '其他机器可以使用此集群（{host}）',
    text: '访问控制（“用户与权限”页）关闭时，能够连接的人都可以读取、发送和删除消息。请仅在可信网络中使用，用完后改回 127.0.0.1。',
    gone: '{host} 目前不是本机地址。在它恢复或改用其他地址之前，节点启动后仅监听 127.0.0.1。',
    foreign: '{address} 不是本机地址。只有在有转发的情况下，客户端和本控制台才能访问 Broker。'
  },
  list: {
    title: '本机地址',
    test: '全部测试',
    testing: '测试中…',
    reload: '重新加载',
    none: '未能获取本机地址。',
    default: '默认路由',
    listening: '监听中',
    notListening: '未监听',
    namesrv: '供由此访问的客户端使用',
    left: '另有 {n} 个地址未测试。',
    tested: '测试于 {time}'
  },
  kinds: {
    loopback: '仅本机',
    ethernet: '以太网',
    wifi: 'Wi-Fi',
    lan: '网络（Wi-Fi 或以太网）',
    docker: '容器网桥',
    wsl: 'WSL',
    vpn: 'VPN',
    virtual: '虚拟机',
    linkLocal: '链路本地地址',
    other: '其他接口'
  },
  kindHints: {
    loopback: '供本机客户端使用。',
    ethernet: '供同一网络中的客户端使用。',
    wifi: '供同一网络中的客户端使用。某些访客网络会隔离设备。',
    lan: '供同一网络中的客户端使用。',
    docker: '供本机上的容器使用。',
    wsl: '供 WSL 中的程序使用。',
    vpn: '供同一 VPN 中的机器使用。',
    virtual: '供本机上的虚拟机使用。',
    linkLocal: '在没有路由器时自动分配，RocketMQ 客户端无法可靠使用。',
    other: '无法判断其用途。'
  },
  purposes: {
    namesrv: 'Nameserver',
    broker: 'Broker',
    vip: 'VIP 通道',
    ha: '主从复制',
    grpc: 'gRPC Proxy'
  },
  outcomes: {
    reachable: '可访问',
    refused: '被拒绝',
    filtered: '无响应',
    unreachable: '无法到达',
    foreign: '应答的是其他程序'
  },
  reasons: {
    ok: 'RocketMQ 请求已得到应答。',
    nodeDown: '节点未运行，请在“总览”中启动。',
    loopbackOnly: '节点没有监听该地址。请在上方选择“所有地址”或该地址，保存后重启节点。',
    restartNeeded: '设置已保存，但该节点仍在使用之前的设置，请重启。',
    haIsShut: '此端口没有复制链路；仅供 Broker 之间使用，客户端不需要它。',
    nothingListens: '节点正在运行，但此处没有监听。请重启节点，如再次出现请查看日志。',
    vipOff:
      '端口由系统选择时不开启 VIP 通道（端口 − 2）。只有 4.5 之前的客户端会用到，没有也能工作。',
    firewall: '规定时间内没有应答：防火墙或 VPN 丢弃了数据包。请允许该端口的 TCP 入站连接。',
    noWay: '系统没有到达该地址的路由，该接口可能刚刚断网。',
    foreign: '该地址的这个端口上应答的是其他程序，而不是 RocketMQ。请结束该程序或更换端口。'
  },
  told: {
    title: '此处的客户端会得到',
    unreachable: '无法连接到该地址。请选择“auto”，或选择客户端所在位置能够访问的地址。'
  },
  elsewhere: {
    title: '在另一台机器或容器中尝试',
    text: '此测试由本机访问本机：防火墙是否允许其他机器访问，只有在那里才能得知。'
  },
  hints: {
    title: '容器、WSL 与其他机器',
    inContainer:
      'Gantry 正运行在容器中。只有发布端口（docker run -p 9876:9876 -p 10911:10911 …）或使用 --network host 才能从外部访问；请监听所有地址，并将宿主机地址设为固定地址。',
    inWsl:
      'Gantry 正运行在 WSL 中。Windows 可通过 localhost 访问；其他机器需要使用镜像网络（.wslconfig 中 networkingMode=mirrored）或端口转发。',
    docker:
      '在容器中，本机在 Docker Desktop 下为 host.docker.internal。Linux 上启动容器时请加 --add-host=host.docker.internal:host-gateway，或使用 --network host 并连接 127.0.0.1。',
    desktop:
      '使用 Docker Desktop（macOS、Windows）时，容器的连接来自 127.0.0.1，“auto”会让容器连接到自己：请将 Wi-Fi 或以太网的地址设为固定地址。',
    lan: '其他机器要访问，节点需监听所有地址或对应地址，并且防火墙需放行 Nameserver 和 Broker 的端口。',
    ipv6: '能识别 [地址]:端口 的客户端可以使用 IPv6，例如 4.9 及以上的 Java 客户端。监听 :: 同时支持 IPv4 和 IPv6，0.0.0.0 仅支持 IPv4。除非 brokerIP1 为 IPv6 地址，消息 ID 始终使用 IPv4 地址。'
  }
}
