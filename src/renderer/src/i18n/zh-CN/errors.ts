import { accessErrors } from './accessErrors'

import type { errors as en } from '../en/errors'
import { windowErrors } from './windowErrors'

export const errors: typeof en = {
  ...accessErrors,
  ...windowErrors,
  TOPIC_NOT_EXIST: {
    cause: 'Broker 上不存在该主题。',
    cure: '请创建主题，或更正名称。如果希望客户端自动创建主题，请在 Broker 配置中打开 autoCreateTopicEnable。'
  },
  SUBSCRIPTION_GROUP_NOT_EXIST: {
    cause: 'Broker 上不存在该消费组。',
    cure: '请创建消费组，或在 Broker 配置中打开 autoCreateSubscriptionGroup。'
  },
  NO_PERMISSION: {
    cause: '主题、消费组或 Broker 不允许此操作，或用户没有权限。',
    cure: '详情说明了是哪一种。请检查主题的读写权限、Broker 的 brokerPermission、该消费组是否允许消费，以及用户的权限。'
  },
  MESSAGE_ILLEGAL: {
    cause: 'Broker 拒绝了这条消息：主题名称、属性或大小不符合规则。',
    cure: '请检查主题名称，缩短属性（总计不超过 32767 字节）或消息体（maxMessageSize，默认 4 MiB）。'
  },
  INVALID_PARAMETER: {
    cause: 'Broker 不接受其中某个参数。',
    cure: '详细信息中说明了是哪一个，请更正后重试。'
  },
  SYSTEM_ERROR: {
    cause: 'Broker 处理请求时出错。',
    cure: '请查看详细信息；如果持续出现，请重启 Broker。'
  },
  SYSTEM_BUSY: {
    cause: 'Broker 当前过于繁忙。',
    cure: '请稍后重试，或降低发送速度。发送请求最多排队多久由 waitTimeMillsInSendQueue 决定。'
  },
  SERVICE_NOT_AVAILABLE: {
    cause: 'Broker 当前不接受消息：它可能是从节点、正在关闭，或磁盘已满。',
    cure: '请发送到主节点、释放磁盘空间，或重启 Broker。'
  },
  CONSUMER_NOT_ONLINE: {
    cause: '该消费组没有成员在线。',
    cure: '请启动该组的消费者；只有消费者在线时才能得知成员和订阅关系。'
  },
  QUERY_NOT_FOUND: {
    cause: 'Broker 上没有找到对应的内容。',
    cure: '请检查主题、消费组或消息 ID；也可能已被过期清理。'
  },
  PULL_OFFSET_MOVED: {
    cause: '队列在此位点没有消息。',
    cure: '请改从最早或最新的消息开始：更早的消息可能已被过期清理。'
  },
  NO_MESSAGE: {
    cause: '此处没有消息。',
    cure: '它可能已被过期清理，或尚未存储。请重新加载列表。'
  },
  REQUEST_CODE_NOT_SUPPORTED: {
    cause: 'Broker 不支持此请求。',
    cure: '版本可能不一致，请在集群页核对版本。'
  },
  FLUSH_DISK_TIMEOUT: {
    cause: '消息已存储，但未能及时落盘。',
    cure: '断电时可能丢失。请检查磁盘负载，或调大 syncFlushTimeout。'
  },
  SUBSCRIPTION_PARSE_FAILED: {
    cause: '无法解析订阅的过滤表达式。',
    cure: '请在消费者中更正 Tag 列表或 SQL92 表达式。'
  },
  BROKER_NOT_EXIST: {
    cause: '没有已注册的 Broker 可以处理此请求。',
    cure: '请在集群页确认有 Broker 正在运行；刚启动的 Broker 可能需要几秒钟完成注册。'
  },
  SLAVE_NOT_AVAILABLE: {
    cause: '消息已存储，但没有可用的从节点。',
    cure: '请启动从节点；如果一份副本足够，请使用 ASYNC_MASTER。'
  },
  FLUSH_SLAVE_TIMEOUT: {
    cause: '消息已存储，但从节点未能及时确认。',
    cure: '请检查从节点是否正在运行、是否跟得上。'
  },
  SUBSCRIPTION_NOT_EXIST: {
    cause: '该消费组没有订阅此主题。',
    cure: '请检查消费者订阅的主题；同一消费组的所有成员必须订阅相同的主题。'
  },
  SUBSCRIPTION_NOT_LATEST: {
    cause: 'Broker 尚未收到消费者最新的订阅关系。',
    cure: '它会随下一次心跳到达，请稍候几秒。'
  },
  VERSION_NOT_SUPPORTED: {
    cause: 'Broker 不支持此版本的请求。',
    cure: '请在集群页核对客户端与 Broker 的版本。'
  },
  FLOW_CONTROL: {
    cause: 'Broker 正在对客户端限流。',
    cure: '请降低发送或拉取速度后重试。'
  },
  NODE_CRASHED: {
    cause: '{id} 意外停止。',
    cure: '请重新启动，启动时会恢复其中的消息；如果反复出现，详细信息有助于查找原因。'
  },
  INVALID_INPUT: {
    cause: '{field} 的值不符合要求。',
    cure: '请更正后重试。'
  },
  NAMESRV_UNREACHABLE: {
    cause: '无法连接 Nameserver {address}。',
    cure: '请在集群页启动它，或检查地址。'
  },
  BROKER_UNREACHABLE: {
    cause: '无法连接 Broker {address}。',
    cure: '请在集群页启动它；如果它正在运行，请检查其公布的地址（brokerIP1）。'
  },
  NO_ROUTE: {
    cause: '没有 Broker 拥有主题 {topic}。',
    cure: '请创建主题，或更正名称。刚启动的 Broker 可能需要几秒钟完成注册。'
  },
  NODE_NOT_RUNNING: {
    cause: '{id} 没有运行。',
    cure: '请在集群页启动它。'
  },
  NODE_BUSY: {
    cause: '{id} 正在启动或停止。',
    cure: '请等待完成后重试。'
  },
  CLUSTER_NOT_FOUND: {
    cause: '这个已保存的集群已不存在。',
    cure: '请刷新列表；它可能已在另一个窗口中被删除。'
  },
  CLUSTER_NAME_TAKEN: {
    cause: '已有名为“{name}”的集群。',
    cure: '请换一个名称。'
  },
  CLUSTER_IS_RUNNING: {
    cause: '“{name}”正在运行。',
    cure: '请先运行另一个集群，再删除这个集群。'
  },
  CLUSTER_BUSY: {
    cause: '集群正在变更。',
    cure: '请等待变更完成后重试。'
  },
  TOO_MANY_CLUSTERS: {
    cause: '已保存了 {limit} 个集群。',
    cure: '请先删除其中一个。'
  },
  INVALID_SPEC: {
    cause: '当前设计的集群无法运行。',
    cure: '详细信息中说明了原因，请在设计图中更正。'
  },
  NODE_NOT_FOUND: {
    cause: '集群中没有节点 {id}。',
    cure: '请重新加载集群页。'
  },
  SNAPSHOT_NOT_FOUND: {
    cause: '该快照已不存在。',
    cure: '可能已在其他窗口中删除，请查看列表。'
  },
  SNAPSHOT_NAME_TAKEN: {
    cause: '已有名为“{name}”的快照。',
    cure: '请换一个名称，或先删除原有快照。'
  },
  TOO_MANY_SNAPSHOTS: {
    cause: '已保存 {limit} 个快照。',
    cure: '请先删除一个。'
  },
  SNAPSHOT_NO_ROOM: {
    cause: '磁盘空间不足，无法复制。',
    cure: '请删除快照或其他文件，所需空间见详情。未做任何更改。'
  },
  SNAPSHOT_DAMAGED: {
    cause: '快照已损坏：部分文件丢失或被截断。',
    cure: '请删除该快照，具体情况见详情。未做任何更改。'
  },
  SNAPSHOT_NEWER: {
    cause: '该快照由更新版本的 Gantry 创建。',
    cure: '请使用该版本恢复。'
  },
  SNAPSHOT_BUSY: {
    cause: '正在处理“{name}”。',
    cure: '请等待完成，或取消该操作。'
  },
  SNAPSHOT_DISK_ERROR: {
    cause: '磁盘拒绝了文件操作（{code}）。',
    cure: '请检查磁盘及权限后重试，详情中有文件名。'
  },
  CANCELLED: {
    cause: '操作已取消。',
    cure: '未做任何更改。'
  },
  TOO_MANY_FAULTS: {
    cause: '已设置 {limit} 个故障。',
    cure: '请先撤销其中一个。'
  },
  CLOCK_BUSY: {
    cause: '时钟正在步进。',
    cure: '请等待步进完成后重试。'
  },
  PORT_IN_USE: {
    cause: '端口 {port} 已被 {holder} 占用。',
    cure: '请结束该程序，或更换端口。'
  },
  TIMEOUT: {
    cause: '未在规定时间内收到应答。',
    cure: '请在集群页确认 Nameserver 和 Broker 正在运行，然后重试。'
  },
  MESSAGE_NOT_FOUND: {
    cause: '没有找到这条消息。',
    cure: '它可能已被过期清理，或者该 ID 属于其他集群。消息页的“搜索”支持各种形式的 ID。'
  },
  SEARCH_GONE: {
    cause: '该次搜索已不存在：引擎已重启，或已被新的搜索取代。',
    cure: '请重新搜索。'
  },
  REGEX_TOO_SLOW: {
    cause: '正则表达式在 {n} 条消息体上耗时过长，搜索已结束。',
    cure: '嵌套的重复（如 (a+)+）在几乎匹配的文本上会耗时极长。请改写表达式，或改用普通文本搜索。'
  },
  BODY_NOT_READABLE: {
    cause: '消息体经过压缩（{compression}），无法解压。',
    cure: '无法按原意再次发送。可在查看器中查看存储的原始内容。'
  },
  REPLAY_RUNNING: {
    cause: '已有一个重放正在进行。',
    cure: '请等待其结束，或先停止它。'
  },
  CONSUME_MSG_TIMEOUT: {
    cause: '客户端在 10 秒内没有应答。',
    cure: '可能其监听器仍在处理，也可能该客户端不支持此请求：Java 客户端和支持消息验证的 gRPC 客户端支持，部分其他客户端不支持。'
  },
  EMPTIED_NOT_MADE: {
    cause: '为清空主题 {topic}，它已从 {brokerName} 删除，但未能重建。',
    cure: '请在该 Broker 上重新创建：读队列 {readQueueNums}，写队列 {writeQueueNums}，权限 {perm}。'
  },
  TOO_MANY_NOTES: {
    cause: '已保存 {limit} 条备注。',
    cure: '请删除不再需要的备注。'
  },
  NO_ORIGIN_TOPIC: {
    cause: '该消息没有记录它最初发送到的主题。',
    cure: '请改为发给原消费组，或载入编辑器后选择主题。'
  },
  NOT_RECALLABLE: {
    cause: '该消息不能撤回。',
    cure: '只有自带投递时间且有唯一 ID 的消息可以撤回。延迟级别和重试消息总会到期投递。'
  },
  RECALL_DISABLED: {
    cause: '{brokerName} 不允许撤回消息。',
    cure: '将该 Broker 的 recallMessageEnable 设为 true，立即生效。'
  },
  DUE_SOON: {
    cause: '该消息即将到期。',
    cure: '请等待它投递：此时撤回，它仍可能被投递。'
  },
  SENT_NOT_RECALLED: {
    cause: '{msgId} 的副本已发送到 {topic}，但原消息未能撤回：到期时它会再投递一次。',
    cure: '两者的消息 ID 相同，消费者可以识别。可以再次撤回，或任其到期投递。'
  },
  ILLEGAL_OPERATION: {
    cause: 'Broker 拒绝了此操作。',
    cure: '详细信息中有原因。已到期的消息不能再撤回。'
  },
  SYSTEM_TOPIC: {
    cause: '{topic} 是集群自身需要的主题。',
    cure: '可以查看，但不能修改。请使用其他名称。'
  },
  SYSTEM_GROUP: {
    cause: '{groupName} 是集群自身需要的消费组。',
    cure: '可以查看，但不能修改。请使用其他名称。'
  },
  GROUP_BROADCASTS: {
    cause: '消费组 {groupName} 为广播消费。',
    cure: '每个成员把位点保存在程序旁的文件里，Broker 上没有可移动的位点。请删除该文件，或以其他 consumeFromWhere 启动成员。'
  },
  TOO_MANY_QUEUES: {
    cause: '这些主题共有 {count} 个队列，一次最多重置 {limit} 个。',
    cure: '请减少主题。'
  },
  NOTHING_TO_UNDO: {
    cause: '这次重置之前的位点已不再保留。',
    cure: '只保留最近几次重置，且到 Gantry 退出为止。可以改为重置到某个时间点。'
  },
  CLOSE_NOT_POSSIBLE: {
    cause: '这些 Broker 没有断开客户端连接的请求。',
    cure: '只有 Gantry 的 Broker 有。请直接停止 {clientId} 的程序。'
  },
  GROUP_ONLINE: {
    cause: '消费组 {groupName} 仍有成员在线。',
    cure: '请先停止其消费者，否则它们会立即重新创建该组。'
  },
  UNKNOWN_PROPERTY: {
    cause: '没有名为 {key} 的配置项。',
    cure: '请检查拼写。'
  },
  INVALID_PROPERTY: {
    cause: '{key} 的值不符合要求，应为：{expected}。',
    cure: '请更正后重新保存，目前没有任何改动。'
  },
  CONFIG_REFUSED: {
    cause: '第 {line} 行（{key}）无法保存，被拒绝的行数：{count}。',
    cure: '修正或注释掉标出的行后再保存。尚未改变任何内容。'
  },
  CONFIG_TOO_LARGE: {
    cause: '配置文件最多 {max} 个字符。',
    cure: '请缩短文件。RocketMQ 的全部配置也只有它的三分之一。'
  },
  CONFIG_VERSION_NOT_FOUND: {
    cause: '{id} 已没有版本 {version}。',
    cure: '只保留最近的版本，请从列表中选择。'
  },
  UNKNOWN_METHOD: {
    cause: '引擎不认识此窗口的请求。',
    cure: '窗口与引擎版本不一致，请重新加载窗口。'
  },
  INTERNAL: {
    cause: '发生了意外错误。',
    cure: '请重试；如果再次出现，请附上以下详细信息反馈。'
  },
  ALARM_LIMIT: {
    cause: '已有 {limit} 条告警规则。',
    cure: '删除不再需要的规则，然后重新保存。'
  },
  ALARM_NOT_FOUND: {
    cause: '该告警已不存在。',
    cure: '它已被删除，或已不在历史中。列表显示的是现有内容。'
  },
  STOPPING: {
    cause: 'Gantry 正在退出。',
    cure: '请重新启动。'
  },
  fallback: {
    cause: '请求失败（{code}）。',
    cure: '详细信息中有引擎的报告，请排除原因后重试。'
  }
}
