/** Causes and cures of what the composer and consumers of a window refuse. */
import type { windowErrors as en } from '../en/windowErrors'

export const windowErrors: typeof en = {
  TOPIC_TYPE_MISMATCH: {
    cause: '主题 {topic} 只接受 {type} 类型的消息，这条消息的类型不符。',
    cure: '请选择主题接受的类型，或勾选“仍然发送”：Broker 会存储它，但官方 5.x 客户端会拒绝发送。'
  },
  RUN_UNDER_WAY: {
    cause: '本窗口已在连续发送消息。',
    cure: '请先停止，或等待其完成。'
  },
  TOO_MANY_RUNS: {
    cause: '当前已有 {n} 个连续发送任务。',
    cure: '请等待其中一个完成。'
  },
  TEMPLATE_TOO_LONG: {
    cause: '消息过长，无法保存为模板；最多保存 {n} 个字符。',
    cure: '请缩短消息体，或从文件发送。'
  },
  TOO_MANY_TEMPLATES: {
    cause: '已有 {n} 个模板，不能再保存更多。',
    cure: '请删除不再使用的模板。'
  },
  TEMPLATE_NOT_FOUND: {
    cause: '模板 {name} 已不存在。',
    cure: '它已在其他窗口中被删除或重命名。'
  },
  TEMPLATE_EXISTS: {
    cause: '已有名为 {name} 的模板。',
    cure: '请换一个名称。'
  },
  TRANSACTION_GONE: {
    cause: '此处已不再记录该事务。',
    cure: 'Gantry 已重启或切换到其他集群。Broker 再次回查时，它会重新出现在列表中。'
  },
  CONSUMER_GONE: {
    cause: '消费者已结束。',
    cure: '它会随窗口关闭或切换集群而结束，请重新启动。'
  },
  TOO_MANY_CONSUMERS: {
    cause: '窗口中已有 {n} 个消费者在运行。',
    cure: '请停止其中一个。'
  },
  GROUP_HAS_MEMBERS: {
    cause: '消费组 {groupName} 有 {n} 个在线成员，它们收到的消息会减少。',
    cure: '请使用自己的消费组，或确认要从它们那里取走消息。'
  }
}
