import type { storage as en } from '../en/storage'

export const storage: typeof en = {
  label: '存储',
  title: '{id} 的存储',
  open: '查看 {id} 的存储',
  more: '存储详情',
  ofQuota: '{used} / {quota}',
  hint: '磁盘剩余 {free}；低于 {floor} 时拒绝发送。',
  hintFree: '磁盘剩余 {free}。',
  unknown: '未知',
  waiting: '正在等待首次统计…',
  notRunning: 'Broker 未运行，启动后可查看存储占用。',
  space: '空间',
  used: '已用',
  usedShare: '{used}（配额的 {share}）',
  percent: '{n}%',
  quota: '配额',
  free: '磁盘剩余空间',
  floor: '剩余空间下限',
  noFloor: '不检查',
  changeQuota: '调整配额',
  change: '修改 {property}',
  retention: '保留策略',
  changeRetention: '调整保留时长',
  hours: '{n} 小时',
  rule: '消息保留 {hours}，每天 {times} 删除过期消息，总量不超过 {quota}。',
  levels: {
    expiring: '占用超过配额的 {percent} 后，随时删除过期消息。',
    forced: '超过 {percent} 后，提前删除最旧的消息。',
    neverForced: '不会提前删除未过期的消息（cleanFileForciblyEnable 已关闭）。',
    refused: '达到 {percent} 时拒绝发送。'
  },
  oldest: '最早的消息',
  oldestAt: '{time}（{age}前）',
  noMessages: '暂无消息',
  readsGoOn: '已存储的消息始终可以读取。',
  refusals: {
    quota: {
      title: '拒绝发送：配额已用完',
      text: '存储占用已达 gantryStoreQuota 的上限。请调大配额、缩短保留时长或删除过期消息；之后发送会自动恢复。'
    },
    minFree: {
      title: '拒绝发送：磁盘剩余空间不足',
      text: '磁盘剩余空间低于 gantryMinFreeDiskSpace。请清理磁盘；之后发送会自动恢复。'
    },
    diskRatio: {
      title: '拒绝发送：磁盘使用率过高',
      text: '磁盘使用率超过了 diskSpaceWarningLevelRatio。请清理磁盘，或关闭 gantryDiskRatioEnable；之后发送会自动恢复。'
    },
    diskFull: {
      title: '拒绝发送：磁盘已满',
      text: '写入时磁盘已没有空间。请清理磁盘；之后发送会自动恢复。'
    },
    diskError: {
      title: '拒绝发送：磁盘故障',
      text: '磁盘写入失败，因此不再应答任何新消息。请检查磁盘，然后重启该 Broker。'
    }
  },
  cleaned: {
    quota: '配额即将用完。如需保留更多消息，请调大 gantryStoreQuota。',
    diskRatio: '磁盘即将用满，且已开启 gantryDiskRatioEnable。如需保留更多消息，请清理磁盘。'
  },
  delete: {
    button: '立即删除过期消息',
    title: '立即删除 {id} 的过期消息？',
    text: '保留已超过 {hours}的消息将立即删除，不等到设定的钟点。删除以文件为单位：文件中最新的消息也过期后才会删除，正在写入的文件保留。此操作无法撤销。',
    confirm: '删除过期消息',
    done: '已删除 {size} 过期消息。',
    nothing: '没有可删除的内容：没有整个过期的文件。',
    goingOn: '目前已删除 {size}，Broker 仍在继续。'
  }
}
