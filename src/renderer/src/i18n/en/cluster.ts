export const cluster = {
  title: 'Cluster',
  tabs: { overview: 'Overview' },
  nameserver: 'Nameserver',
  nameservers: 'Nameservers',
  broker: 'Broker',
  brokers: 'Brokers',
  setOf: 'Broker set {name}',
  proxy: 'Proxy',
  proxySpeaks: 'gRPC and TLS',
  proxyHint: 'Clients of RocketMQ 5.x connect to it; it asks nameservers and brokers for them.',
  summary: {
    produce: 'Produce rate',
    consume: 'Consume rate',
    producedToday: 'Produced today',
    consumedToday: 'Consumed today'
  },
  version: 'Version',
  uptime: 'Uptime',
  notRunning: 'Not running',
  idOf: 'broker id {id}',
  role: 'Role',
  roles: { ASYNC_MASTER: 'Async master', SYNC_MASTER: 'Sync master', SLAVE: 'Slave' },
  states: {
    stopped: 'Stopped',
    starting: 'Starting',
    running: 'Running',
    stopping: 'Stopping',
    crashed: 'Crashed'
  },
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  properties: 'Properties',
  startNode: 'Start {id}',
  stopNode: 'Stop {id}',
  restartNode: 'Restart {id}',
  editNode: 'Properties of {id}',
  confirmStop: {
    title: 'Stop {id}?',
    broker:
      'Clients cannot send to it or consume from it until it is started again. Stored messages stay.',
    nameserver:
      'Clients that start meanwhile find no route through it. Those already connected keep working with the routes they know.',
    proxy:
      'gRPC clients lose their connection and find it again when it is started. What they had received and not acknowledged is delivered again.',
    confirm: 'Stop now'
  },
  restartNeeded: 'Saved properties take effect on the next start.',
  writePerm: {
    withdraw: 'Stop taking messages',
    withdrawOf: 'Stop {id} taking messages',
    give: 'Take messages again',
    hint: 'Producers go to other brokers; consumers go on until everything is consumed.',
    withdrawn:
      'Nameservers send no producer here; consumers go on until everything is consumed. It takes messages again when it is restarted or one of its topics changes.'
  },
  restartNow: 'Restart now',
  connect: {
    title: 'Connect',
    grpc: 'gRPC clients (RocketMQ 5.x)',
    remoting: 'Remoting clients (4.x and 5.x)',
    protocol: 'Protocol',
    protocols: { grpc: 'gRPC', remoting: 'Remoting' },
    noProxy: 'No proxy is running.',
    tls: 'The port speaks plaintext and TLS. Its certificate was made on this machine, and nobody trusts it: clients that check certificates connect in plaintext.',
    language: 'Client language',
    none: 'No nameserver is running.',
    topicFirst: 'This client sends only to topics that exist: create {topic} first.',
    copySnippet: 'Copy snippet'
  }
}

export const properties = {
  search: 'Search by name or description',
  onlyModified: 'Only modified',
  modified: 'Modified',
  edited: 'Not saved',
  hot: 'At once',
  hotHint: 'Takes effect as soon as it is saved.',
  onNextStart: 'On next start',
  onNextStartHint: 'Takes effect the next time the node starts.',
  pending: 'Waits for restart',
  pendingHint: 'Running with {value} until the next start.',
  readOnly: 'Fixed',
  readOnlyHint: 'The cluster decides this value; it is shown, not edited.',
  reset: 'Reset to default',
  resetKey: 'Reset {key} to default',
  defaultValue: 'Default: {value}',
  empty: '(empty)',
  inert: 'No effect here',
  inertText:
    'RocketMQ knows these; here they have no effect. They are kept, told to whoever asks, and exported.',
  inertHidden:
    '{n} more properties of RocketMQ have no effect here. Search for them by name; they are kept for export.',
  changes: 'No unsaved changes | One unsaved change | {n} unsaved changes',
  discard: 'Discard',
  noMatch: 'No property matches.',
  invalidInteger: 'A whole number, please.',
  outOfRange: 'Outside the allowed range ({range}).',
  units: { ms: 'ms', seconds: 's', bytes: 'bytes', hours: 'hours', percent: '%', count: '' },
  sections: {
    identity: 'Identity and address',
    behaviour: 'Behaviour',
    client: 'Clients',
    store: 'Storage',
    routes: 'Routes',
    requests: 'Requests',
    controller: 'Controller',
    inert: 'Kept for RocketMQ',
    message: 'Messages',
    tls: 'TLS',
    access: 'Access',
    producer: 'Producers',
    consumer: 'Consumers',
    topic: 'Topics and groups',
    transaction: 'Transactions',
    delay: 'Delayed messages',
    transfer: 'Transfer',
    network: 'Network',
    flush: 'Flush to disk',
    retention: 'Retention',
    trace: 'Message trace',
    other: 'Other'
  }
}
