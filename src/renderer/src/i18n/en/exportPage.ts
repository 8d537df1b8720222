export const exportPage = {
  tab: 'Export',
  intro:
    'This cluster for Apache RocketMQ {version}: its configuration, its topics and its consumer groups. Messages and offsets stay here.',
  missing:
    '{names} did not answer. Topics and groups that only they have are missing; start them first.',
  brokerIP: 'Address of the other machine',
  brokerIPHint: 'What brokers tell clients (brokerIP1). Without it each chooses one of its own.',
  brokerIPProblem: 'An IP address or a host name, please.',
  topics: 'No topics, | One topic, | {n} topics,',
  groups: 'no consumer groups | one consumer group | {n} consumer groups',
  all: 'Download all | Download the file | Download all {n} files',
  files: 'Files',
  lines: '{n} lines | {n} line | {n} lines',
  save: 'Download',
  kinds: {
    compose: 'All nodes and a proxy as containers',
    script: 'Topics and groups as mqadmin commands',
    namesrv: 'Nameserver',
    broker: 'Broker',
    proxy: 'Proxy'
  }
}
