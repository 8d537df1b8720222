import type { clock as en } from '../en/clock'

export const clock: typeof en = {
  title: '时钟',
  shows: '集群时间',
  real: '真实时间',
  paused: '已暂停',
  stepping: '正在步进 …',
  speed: '{n}×',
  same: '与本机时间一致',
  ahead: '比本机快 {length}',
  behind: '比本机慢 {length}',
  pause: '暂停',
  resume: '继续',
  rate: '速度',
  step: '向前拨',
  plus: '+{length}',
  stepBy: '向前拨 {length}',
  toReal: '恢复真实时间',
  toNormal: '恢复正常速度',
  text: '消息时间、延时消息、重试、事务回查以及消息保留时长都遵循此时钟。连接、心跳和客户端仍使用真实时间。',
  warning:
    '时钟不会倒退：一旦超前，重启后仍然超前；只有新的数据目录才从真实时间开始。按此时钟过期的消息会照常被清理。',
  banner: '本窗口中的消息时间均为集群时间。',
  change: '调整时钟'
}
