import type { faults as en } from '../en/faults'

export const faults: typeof en = {
  tab: '故障',
  clients: '客户端',
  active: '人为故障',
  none: '没有故障。请选择一个节点和要发生的故障。',
  healAll: '全部恢复',
  undo: '撤销',
  undoOf: '撤销：{fault}',
  frozen: '已冻结',
  nodes: '节点',
  break: '制造故障…',
  breakNode: '对 {id} 制造故障',
  nodesText: '链路、磁盘和时钟的故障在节点重启后仍然存在。关闭 Gantry 后，所有故障都会消失。',
  set: '设置',
  dialog: '{kind}：{node}',
  kinds: {
    kill: '强制终止',
    freeze: '冻结',
    link: '链路',
    slowDisk: '慢磁盘',
    fullDisk: '磁盘写满',
    failingDisk: '磁盘出错',
    clockSkew: '时钟偏差'
  },
  effects: { cut: '切断', refuse: '拒绝', delay: '延迟' },
  directions: { both: '双向', forth: '{from} → {to}', back: '{to} → {from}' },
  form: {
    to: '链路的另一端',
    effect: '发生什么',
    direction: '方向',
    delayMs: '每个方向的延迟（毫秒）',
    jitterMs: '抖动（毫秒）',
    readMs: '每次读（毫秒）',
    writeMs: '每次写（毫秒）',
    flushMs: '每次刷盘（毫秒）',
    room: '剩余空间（MiB）',
    reads: '读也失败',
    offset: '超前的秒数，负数为落后'
  },
  hints: {
    cut: '没有字节能通过，连接保持打开。链路恢复后，已发出的内容会到达。',
    refuse: '连接被关闭，新的连接立即被拒绝。',
    delay: '每个字节都晚到，顺序不变。',
    fullDisk: '用完后写入消息会失败，与磁盘写满时相同。',
    failingDisk: '写入和刷盘会失败。此后 Broker 拒绝消息，直到重新启动。',
    clockSkew: '只影响该节点的消息时间。调慢后，时钟停住直到真实时间追上：已存储的时间不会倒退。'
  },
  says: {
    between: '{from} ↔ {to}',
    oneWay: '{from} → {to}',
    cut: '切断：{way}',
    refuse: '拒绝：{way}',
    delay: '延迟 {ms} ± {jitter} 毫秒：{way}',
    kill: '{node} 已被强制终止。',
    freeze: '{node} 已冻结。',
    slowDisk: '{node} 的磁盘变慢：每次读 {readMs} 毫秒，写 {writeMs} 毫秒，刷盘 {flushMs} 毫秒。',
    fullDisk: '{node} 的磁盘在写入 {room} 后写满。',
    failingDisk: '{node} 的磁盘写入失败。',
    failingReads: '{node} 的磁盘读写都失败。',
    ahead: '{node} 的时钟超前 {length}。',
    behind: '{node} 的时钟落后 {length}。'
  },
  events: '发生了什么',
  noEvents: '还没有。',
  event: {
    cleared: '已恢复：{fault}',
    node: '{node}：{state}',
    routes: '{nameserver} 知道 {list}',
    noRoutes: '{nameserver} 不知道任何 Broker'
  },
  seen: {
    title: '客户端所见',
    of: '哪个 Broker',
    all: '全部',
    chart: '每秒发送成功、失败和收到的消息数',
    ok: '发送成功',
    failed: '失败',
    received: '收到',
    waiting: '正在等待第一秒…',
    okNow: '成功 {n}',
    failedNow: '失败 {n}',
    slowest: '最慢 {ms} 毫秒',
    textAll:
      '一个使用默认设置的生产者和消费者，在本页打开或存在故障时，每秒向主题 GANTRY_WITNESS 发送五条消息。在一个 Broker 上失败的发送会改发到另一个。',
    textOne: '每秒只向该 Broker 发送两条，每条只试一次。'
  }
}
