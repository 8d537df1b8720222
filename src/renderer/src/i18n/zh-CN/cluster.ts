import type { cluster as enCluster, properties as enProperties } from '../en/cluster'

export const cluster: typeof enCluster = {
  title: '集群',
  tabs: { overview: '总览' },
  nameserver: 'Nameserver',
  nameservers: 'Nameserver',
  broker: 'Broker',
  brokers: 'Broker',
  setOf: 'Broker 组 {name}',
  summary: {
    produce: '生产速率',
    consume: '消费速率',
    producedToday: '今日生产',
    consumedToday: '今日消费'
  },
  version: '版本',
  uptime: '运行时长',
  notRunning: '未运行',
  idOf: 'Broker ID {id}',
  role: '角色',
  roles: { ASYNC_MASTER: '异步主节点', SYNC_MASTER: '同步主节点', SLAVE: '从节点' },
  states: {
    stopped: '已停止',
    starting: '启动中',
    running: '运行中',
    stopping: '停止中',
    crashed: '已崩溃'
  },
  start: '启动',
  stop: '停止',
  restart: '重启',
  properties: '配置',
  startNode: '启动 {id}',
  stopNode: '停止 {id}',
  restartNode: '重启 {id}',
  editNode: '{id} 的配置',
  confirmStop: {
    title: '停止 {id}？',
    broker: '重新启动之前，客户端无法向它发送消息，也无法从它消费。已存储的消息不受影响。',
    nameserver: '停止期间新启动的客户端无法通过它获得路由；已连接的客户端会继续使用已知的路由。',
    confirm: '立即停止'
  },
  restartNeeded: '已保存的配置将在下次启动时生效。',
  writePerm: {
    withdraw: '停止接收消息',
    withdrawOf: '让 {id} 停止接收消息',
    give: '重新接收消息',
    hint: '生产者转到其他 Broker；消费者继续消费，直到消费完为止。',
    withdrawn:
      'Nameserver 不再把生产者指向这里；消费者继续消费，直到消费完为止。重启它或其某个主题发生变化后，会重新接收消息。'
  },
  restartNow: '立即重启',
  connect: {
    title: '连接',
    text: '任何 RocketMQ remoting 客户端都可以使用这个 Nameserver 地址。',
    address: 'Nameserver 地址',
    language: '客户端语言',
    none: '没有正在运行的 Nameserver。',
    topicFirst: 'ali-ons 只能向已存在的主题发送，请先创建 {topic}。',
    copySnippet: '复制代码'
  }
}

export const properties: typeof enProperties = {
  search: '按名称或说明搜索',
  onlyModified: '只看已修改',
  modified: '已修改',
  edited: '未保存',
  hot: '立即生效',
  hotHint: '保存后立即生效。',
  onNextStart: '下次启动生效',
  onNextStartHint: '在节点下次启动时生效。',
  pending: '等待重启',
  pendingHint: '下次启动之前仍以 {value} 运行。',
  readOnly: '固定',
  readOnlyHint: '由集群决定，仅供查看。',
  reset: '恢复默认值',
  resetKey: '将 {key} 恢复为默认值',
  defaultValue: '默认值：{value}',
  empty: '（空）',
  inert: '在此无作用',
  inertText: '这些是 RocketMQ 的配置项，在此没有作用；会被保留、可被查询，也会随导出带走。',
  inertHidden: '另有 {n} 个 RocketMQ 配置项在此没有作用，可按名称搜索；它们会保留以供导出。',
  changes: '没有未保存的修改 | 1 项修改未保存 | {n} 项修改未保存',
  discard: '放弃修改',
  noMatch: '没有匹配的配置项。',
  invalidInteger: '请输入整数。',
  outOfRange: '超出允许范围（{range}）。',
  units: { ms: '毫秒', bytes: '字节', hours: '小时', percent: '%', count: '' },
  sections: {
    identity: '身份与地址',
    behaviour: '行为',
    client: '客户端',
    store: '存储',
    routes: '路由',
    requests: '请求',
    controller: '控制器',
    inert: '为 RocketMQ 保留',
    message: '消息',
    topic: '主题与消费组',
    transaction: '事务消息',
    delay: '延时消息',
    transfer: '传输',
    network: '网络',
    flush: '刷盘',
    retention: '保留与清理',
    trace: '消息轨迹',
    other: '其他'
  }
}
