import type { statistics as en } from '../en/statistics'

/** 带历史的统计。 */
export const statistics: typeof en = {
  title: '统计',
  none: '尚无数据。Broker 就绪几秒后会出现第一批数据。',
  now: '当前',
  brokers: 'Broker',
  noBrokers: '没有 Broker 应答。请启动集群，或检查连接。',
  history: '历史',
  metrics: {
    produce: '生产',
    consume: '消费',
    lag: '堆积',
    errors: '发送失败',
    putP50: '存储耗时（半数发送）',
    putP99: '存储耗时 99 %',
    putP999: '存储耗时 99.9 %',
    disk: '磁盘使用率',
    deadLetters: '死信',
    members: '在线成员',
    memory: 'Gantry 内存'
  },
  scopes: { cluster: '集群', broker: 'Broker', topic: '主题', group: '消费组' },
  hints: {
    putTimes: 'Broker 在最近一个完整分钟内存储消息所用的时间；“半数”为上限值。',
    memory: '本程序及其所有节点的内存；其他 Broker 不提供此数据。',
    waiting: '未测量'
  },
  columns: {
    broker: 'Broker',
    address: '地址',
    version: '版本',
    produce: '生产 /秒',
    consume: '消费 /秒',
    putP99: '存储耗时 99 %',
    disk: '磁盘',
    producedToday: '今日生产',
    producedYesterday: '昨日生产',
    consumedToday: '今日消费',
    consumedYesterday: '昨日消费'
  },
  startedToday: '今天启动过。RocketMQ 的 Broker 每次启动后重新计数；Gantry 的 Broker 会保留计数。',
  top: {
    topics: '最繁忙的主题',
    groups: '最繁忙的消费组',
    lag: '堆积最多',
    none: '无。',
    show: '在图表中显示 {name}'
  },
  coverage:
    '保存历史：主题 {topics} / {knownTopics}，消费组 {groups} / {knownGroups}；超过 {max} 个时保存最繁忙的。',
  leftOut: '有 {n} 条序列因数量上限未保存。',
  range: '时间范围',
  ranges: {
    min10: '10 分钟',
    h1: '1 小时',
    h6: '6 小时',
    h24: '24 小时',
    d7: '7 天',
    d30: '30 天',
    own: '自定义'
  },
  ownRange: '起止时间',
  live: '实时',
  metric: '指标',
  scope: '对象',
  names: '名称',
  namesHint: '选择或输入名称，最多十个',
  chart: '{metric}随时间的变化',
  noValues: '该时间段内没有数据。',
  step: { second: '每秒一个值', minute: '每分钟一个值', hour: '每小时一个值' },
  gaps: '断开处表示未测量。',
  savePicture: '保存图片',
  saveCsv: '保存 CSV',
  time: '时间'
}
