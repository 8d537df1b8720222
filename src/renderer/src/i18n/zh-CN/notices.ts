import type { notices as en } from '../en/notices'

export const notices: typeof en = {
  title: '通知',
  open: '通知，{n} 条未读',
  none: '暂无通知。',
  times: '共 {n} 次',
  dismiss: '忽略',
  dismissAll: '全部忽略',
  createTopic: '创建主题',
  codes: {
    ROUTE_NOT_FOUND: {
      title: '有客户端请求了未知主题 {topic}',
      text: '{client} 查询 {topic} 的路由但没有找到，因为没有 Broker 拥有该主题。请创建主题，或更正客户端中的名称。'
    },
    STORE_TAIL_CUT: {
      title: '{broker} 的存储尾部已截断',
      text: '最后一次写入在完成前被中断，已截去 {position} 处的 {bytes} 字节；此前已应答的消息全部完好。'
    },
    STORE_DAMAGE: {
      title: '{broker} 的存储有损坏',
      text: '位置 {position} 处有 {bytes} 字节无法读取，该区间内的消息已丢失，其余消息完好。请检查磁盘。'
    },
    STORE_CLEANED: {
      title: '{broker} 提前删除了消息',
      text: '最旧的消息尚未过期就被删除。{cause}'
    },
    SENDS_PAUSED: {
      title: '{broker} 因空间不足暂停接收消息',
      text: '{cause}'
    },
    SENDS_REFUSED: {
      title: '{broker} 已停止接收消息',
      text: '{cause}'
    },
    SENDS_RESUMED: {
      title: '{broker} 已恢复接收消息',
      text: '磁盘空间已恢复，发送已自动恢复。'
    },
    STORE_MIGRATED: {
      title: '{broker} 的存储已升级到新格式',
      text: '原格式为 {version}。升级前的存储备份在 {backup}，保留到下一次正常关闭，以便回退。'
    },
    BACKUP_REMOVED: {
      title: '{broker} 的存储备份已删除',
      text: '{backup} 已不再需要：存储已在新格式下打开、使用并正常关闭。'
    },
    NODE_CRASHED: {
      title: '{id} 已崩溃',
      text: '它意外停止了。请在集群页重新启动，启动时会恢复其中的消息。'
    },
    META_DAMAGED: {
      title: '设置文件已损坏：{file}',
      text: '损坏的文件已另存为 {kept}，并启用了新文件。其中保存的主题、消费组或位点可能需要重新设置。'
    },
    SUBSCRIPTIONS_DIFFER: {
      title: '{group} 的成员对 {topic} 的订阅不同',
      text: '{client} 订阅 {expression}，{otherClient} 订阅 {otherExpression}（- 表示没有订阅）。这样会丢失消息；该组的“订阅一致性”页并列显示两者。'
    },
    DELAYED_LOST: {
      title: '{broker} 丢失了至多 {count} 条延时消息',
      text: '它们在到期之前已被删除或损坏。请调大 gantryStoreQuota，并让 fileReservedTime 长于最长的延时。'
    },
    TOPIC_ADOPTED: {
      title: '主题 {topic} 已重新建立',
      text: '{broker} 上 {topic} 的设置已丢失，但消息完好。已按 {queueNums} 个队列重新建立，请检查其队列数和权限。'
    },
    ROLE_MASTER: {
      title: '{broker} 已成为主节点',
      text: '由控制器选出，任期（epoch）为 {epoch}。生产者下次查询路由时即可找到它。'
    },
    ROLE_SLAVE: {
      title: '{broker} 已成为从节点',
      text: '控制器选出了同组的另一个主节点，任期（epoch）为 {epoch}。本节点多出的数据会被移除，然后继续同步。'
    },
    SLAVE_TRUNCATED: {
      title: '{broker} 的存储末尾与其主节点不一致',
      text: '从位置 {position} 起的最后 {bytes} 字节不在 {master} 的日志中：它们来自另一个主节点，或主节点已丢失它们。这部分已被移除，{broker} 继续同步。'
    },
    SLAVE_FOREIGN: {
      title: '{broker} 无法跟随 {master}',
      text: '没有任何信息表明两者的日志有共同部分，因此未作任何改动。若要让 {broker} 成为 {master} 的副本，请停止它，删除其 store 目录后重新启动。'
    },
    WRONG_PORT_GRPC: {
      title: '有 gRPC 客户端连接到端口 {port}',
      text: '{client} 使用 gRPC（RocketMQ 5.x 客户端的协议），而端口 {port} 只接受 remoting 客户端。请把客户端的地址改为 Proxy：{grpc}。'
    },
    WRONG_PORT_TLS: {
      title: '有使用 TLS 的客户端连接到端口 {port}',
      text: '{client} 使用 TLS，而端口 {port} 不支持 TLS。gRPC 客户端（RocketMQ 5.x）应连接支持 TLS 的 Proxy：{grpc}；remoting 客户端需要关闭 TLS。'
    },
    WRONG_PORT_NO_PROXY: {
      title: '有 gRPC 客户端连接到端口 {port}，但没有正在运行的 Proxy',
      text: '{client} 使用 gRPC 或 TLS（RocketMQ 5.x 客户端的协议），而端口 {port} 只接受不带 TLS 的 remoting 客户端。请启动 Proxy，或在集群页面的“设计”中添加一个。'
    },
    WRONG_PORT_REMOTING: {
      title: '有 remoting 客户端连接到 Proxy',
      text: '{client} 使用 remoting 协议（RocketMQ 4.x 客户端的协议），而端口 {port} 只接受 gRPC 客户端。请把客户端的地址改为 Nameserver：{namesrv}。'
    },
    WRONG_PORT_HTTP: {
      title: '有浏览器或 HTTP 客户端访问端口 {port}',
      text: '{client} 向端口 {port} 请求网页，但那里没有网页。控制台有自己的地址，程序启动时会显示。'
    },
    WRONG_PORT_UNKNOWN: {
      title: '有使用未知协议的客户端连接到端口 {port}',
      text: '{client} 使用的既不是 gRPC 也不是 remoting 协议。RocketMQ 客户端应连接 Nameserver（{namesrv}）或 Proxy（{grpc}）。'
    },
    ALARM_LAG: {
      title: '{target} 堆积：{rule}',
      text: '等待消费的消息超过 {threshold} 条。'
    },
    ALARM_PRODUCE_ABOVE: {
      title: '生产过多：{rule}',
      text: '{target} 每秒接收的消息超过 {threshold} 条。'
    },
    ALARM_PRODUCE_BELOW: {
      title: '生产过少：{rule}',
      text: '{target} 每秒接收的消息少于 {threshold} 条。'
    },
    ALARM_CONSUME_ABOVE: {
      title: '消费过多：{rule}',
      text: '{target} 每秒消费的消息超过 {threshold} 条。'
    },
    ALARM_CONSUME_BELOW: {
      title: '消费过少：{rule}',
      text: '{target} 每秒消费的消息少于 {threshold} 条。'
    },
    ALARM_MEMBERS_BELOW: {
      title: '成员不足：{rule}',
      text: '{target} 的在线成员少于 {threshold} 个。'
    },
    ALARM_DISK: {
      title: '磁盘快满：{rule}',
      text: '{target} 的磁盘使用率超过 {threshold} %。'
    },
    ALARM_DEAD_LETTERS: {
      title: '新增死信：{rule}',
      text: '{target} 新增的死信超过 {threshold} 条。'
    },
    ALARM_ERRORS: {
      title: '发送失败：{rule}',
      text: '{target} 每秒失败的发送超过 {threshold} 次。'
    },
    ALARM_LATENCY: {
      title: '存储变慢：{rule}',
      text: '{target} 有百分之一的发送存储耗时超过 {threshold} 毫秒。'
    },
    ALARM_ENDED: {
      title: '已结束：{rule}',
      text: '{target} 恢复正常。'
    },
    fallback: {
      title: '通知 {code}',
      text: '引擎报告：{values}'
    }
  }
}
