import type { scheduled as en } from '../en/scheduled'

export const scheduled: typeof en = {
  title: '定时',
  none: '没有等待中的消息。延迟消息、定时消息、重试消息和半消息在到期之前会显示在这里。',
  filter: '筛选等待中的消息',
  showKinds: '显示的类型',
  kinds: { delay: '延迟', timer: '定时', retry: '重试', half: '半消息' },
  kind: '类型',
  due: '到期时间',
  target: '目标主题',
  id: '消息 ID',
  idAndKeys: '消息 ID、Key · Tag',
  body: '消息体',
  level: '级别 {level}',
  retryOf: '第 {n} 次',
  checked: '已回查 {n} 次',
  untilEnded: '事务结束时',
  dueNow: '已到期',
  dueIn: '{length}后',
  inLevels: '延迟级别中',
  inTimer: '定时消息',
  halves: '半消息',
  atMost: '≤ {n}',
  recallOff: '部分 Broker 未开启撤回：recallMessageEnable 为 false。',
  toConfig: '前往修改',
  partial: '部分 Broker 没有返回全部信息，缺失部分未计入任何数字',
  count: '显示 {shown} 条；已读取 {scanned} 条，其中等待中 {matched} 条；未读取 {left} 条',
  shownLimit: '仅显示最先到期的 {limit} 条。',
  readMore: '继续读取',
  verbs: {
    recall: '撤回 {id}',
    deliverNow: '立即投递 {id}',
    fastForward: '将时钟拨快到 {id} 到期'
  },
  why: {
    level: '延迟级别消息一定会到期投递：RocketMQ 没有撤回它的办法。',
    retry: '重试消息到期后会回到消费组，无法撤回。',
    half: '由生产者决定：提交或回滚后结束。',
    noId: '没有唯一 ID，无法撤回。',
    disabled: '{broker} 未开启撤回，请将 recallMessageEnable 设为 true。',
    noTime: '到期时间未知，或已经到期。'
  },
  ask: {
    recall: '撤回这条消息？',
    deliverNow: '立即投递这条消息？',
    fastForward: '拨快时钟？'
  },
  means: {
    recall: '该消息将不会被投递。此操作不可撤销。',
    deliverNow:
      '先立即发送一份消息 ID 相同的副本，再撤回原消息。如果撤回失败，会提示它将再次投递。',
    fastForward: '整个集群的时钟会拨快到这条消息到期；此前到期的一切也会依次发生。时钟不能倒退。'
  },
  confirm: { recall: '撤回', deliverNow: '立即投递', fastForward: '拨快' },
  done: { recall: '已撤回。', deliverNow: '已投递。', fastForward: '时钟已拨快。' }
}
