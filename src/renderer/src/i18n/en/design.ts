export const design = {
  tab: 'Design',
  saved: 'Saved clusters',
  new: 'New cluster',
  newName: 'my cluster',
  running: 'Running',
  run: 'Run',
  runNamed: 'Run {name}',
  deleteNamed: 'Delete {name}',
  nameserverCount: 'no nameserver | 1 nameserver | {count} nameservers',
  brokerCount: 'no broker | 1 broker | {count} brokers',
  changing: 'Nodes are being started and stopped …',
  confirmRun: {
    title: 'Run {name}?',
    text: '“{name}” is stopped first. Its clients lose their connection; its messages stay for its next run.',
    confirm: 'Stop and run'
  },
  confirmDelete: {
    title: 'Delete {name}?',
    text: 'Its messages, topics, groups and properties are deleted as well. This cannot be undone.'
  },
  confirmDiscard: {
    title: 'Discard unsaved changes?',
    text: 'What you drew since the last save is lost.',
    confirm: 'Discard'
  },
  confirmSave: { title: 'Save {name}' },
  willStart: 'Starts: {nodes}',
  willStop: 'Stops: {nodes}',
  willRestart: 'Starts again: {nodes}',
  removed: 'No longer in the cluster: {nodes}. What shall become of the messages stored there?',
  fate: 'Messages of removed brokers',
  keepData: 'Keep them on disk',
  eraseData: 'Erase them',
  drawing: 'Drawing',
  tools: 'Changes of the drawing',
  unsaved: 'Unsaved changes',
  undo: 'Undo',
  redo: 'Redo',
  discard: 'Discard',
  saveAndRun: 'Save and run',
  cannotRun: 'The cluster cannot run like this yet:',
  problems: {
    INVALID_SPEC_NAME: 'The cluster needs a name of at most {max} characters.',
    NO_NAMESERVER: 'It needs at least one nameserver.',
    TOO_MANY_NAMESERVERS: 'At most {limit} nameservers are possible.',
    NO_BROKER: 'It needs at least one broker.',
    TOO_MANY_BROKERS: 'At most {limit} brokers are possible.',
    INVALID_BROKER_NAME:
      '“{name}” is no broker name: letters, digits, underscore, hyphen and percent sign only.',
    INVALID_CLUSTER_NAME:
      '“{name}” is no cluster name: letters, digits, underscore, hyphen and percent sign only.',
    INVALID_BROKER_ID: 'brokerId {brokerId}: it is a whole number from 0 to {max}.',
    BROKER_ID_TAKEN: 'There is another broker {name} with brokerId {brokerId}.',
    ROLE_NOT_OF_ID: 'brokerId {brokerId} does not go with this role: a master has 0, a slave more.',
    NO_MASTER: '{name} has no master: one broker of this name must have brokerId 0.',
    SET_IN_TWO_CLUSTERS: 'All brokers {name} must have the same brokerClusterName.',
    SET_PROMOTION_DIFFERS: 'Automatic promotion must be the same for all brokers {name}.',
    NODE_ID_TAKEN: 'The folder number {id} was used before.',
    INVALID_PORT: 'Port {port}: it is a whole number from 0 to {max}.'
  },
  gallery: {
    title: 'New cluster',
    single: 'One broker, one nameserver: send, receive and look inside.',
    '2m-noslave':
      'Two masters share a topic’s queues: stop one and watch producers go on with the other, and its messages wait.',
    '2m-2s-async':
      'Each master copies to a slave a moment later: kill a master, and consumers go on from its slave.',
    '2m-2s-sync':
      'A send is answered when the slave has it too: see what that costs, and what it says when the slave is gone.',
    '3n-2m-2s':
      'Three nameservers that know nothing of each other: lose two of them, and nobody notices.',
    copy: 'Copy of “{name}”',
    copyText: 'The same nodes without their messages, to be changed.',
    empty: 'Empty drawing',
    emptyText: 'Add nameservers and brokers yourself.'
  },
  add: 'Add a node',
  addNameserver: 'Nameserver',
  addMaster: 'Master broker',
  addSlave: 'Slave',
  addSlaveOf: 'Slave of {name}',
  addProxy: 'Proxy',
  emptyDrawing: 'Nothing here yet. Add a nameserver and a broker.',
  proxy: 'Proxy (gRPC)',
  proxyText:
    'gRPC clients (RocketMQ 5.x) connect here, in plaintext or with TLS. It asks the nameservers and brokers of this cluster.',
  anyPort: 'any free port',
  hasProblem: 'has a problem',
  name: 'Name of the cluster',
  chooseNode:
    'Choose a node to see its fields. Draw a line from one broker to another to make the second a slave of the first.',
  node: 'Node',
  port: 'Port',
  portHint: '0 takes any free one.',
  brokerPortHint: 'Port - 2 (VIP) and port + 1 (replication) are taken as well. 0: any free ones.',
  remove: 'Remove',
  setHint: 'Brokers of one name are one set: a master and its slaves.',
  roleHints: {
    ASYNC_MASTER: 'Answers a send once it is stored; slaves get it a moment later.',
    SYNC_MASTER: 'Answers a send once a slave has it too.',
    SLAVE: 'Holds a copy of its master; consumers read from it when the master is down.'
  },
  promotion: 'Automatic promotion',
  promotionHint:
    'A controller elects another master when this one dies. For all brokers of the name.',
  unwire: 'Make it a master of its own',
  ports: 'Port plan',
  use: 'Used for',
  state: 'State',
  uses: {
    listen: 'Clients',
    vip: 'Old clients (port - 2)',
    ha: 'Replication (port + 1)',
    proxy: 'gRPC',
    console: 'Console'
  },
  free: 'Free',
  reserved: 'Reserved',
  asking: '…',
  takenByNode: 'Taken by {name}: {use}',
  takenByProgram: 'In use by {name}',
  takenBySomeone: 'In use by another program',
  notAllowed: 'Cannot be opened: {reason}',
  nextFree: 'Use the next free ports: {ports}',
  noPorts: 'Every node takes any free port when it starts.',
  portFlags:
    'This run was started with ports on its command line; they are used instead of these until it ends.'
}
