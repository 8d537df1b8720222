import type { exportPage as en } from '../en/exportPage'

export const exportPage: typeof en = {
  tab: '导出',
  intro: '将此集群用于 Apache RocketMQ {version}：包括配置、主题和消费组。消息和消费位点不会导出。',
  missing: '{names} 没有应答。只存在于其上的主题和消费组未能导出，请先启动它们。',
  brokerIP: '目标机器的地址',
  brokerIPHint: 'Broker 告知客户端的地址（brokerIP1）。留空则由各 Broker 自行选择。',
  brokerIPProblem: '请输入 IP 地址或主机名。',
  topics: '没有主题， | 1 个主题， | {n} 个主题，',
  groups: '没有消费组 | 1 个消费组 | {n} 个消费组',
  all: '全部下载 | 下载文件 | 下载全部 {n} 个文件',
  files: '文件',
  lines: '{n} 行 | {n} 行 | {n} 行',
  save: '下载',
  kinds: {
    compose: '所有节点和一个 Proxy 的容器编排',
    script: '创建主题和消费组的 mqadmin 命令',
    namesrv: 'Nameserver',
    broker: 'Broker',
    proxy: 'Proxy'
  }
}
