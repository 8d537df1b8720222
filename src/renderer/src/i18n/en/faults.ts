/** Things that go wrong on purpose. */
export const faults = {
  tab: 'Faults',
  clients: 'clients',
  active: 'Wrong on purpose',
  none: 'Nothing. Choose a node and what is to go wrong with it.',
  healAll: 'Heal everything',
  undo: 'Undo',
  undoOf: 'Undo: {fault}',
  frozen: 'Frozen',
  nodes: 'Nodes',
  break: 'Break …',
  breakNode: 'Break {id}',
  nodesText:
    'Faults of links, disks and clocks stay while a node is restarted. All faults are gone when Gantry is closed.',
  set: 'Set',
  dialog: '{kind}: {node}',
  kinds: {
    kill: 'Kill',
    freeze: 'Freeze',
    link: 'Link',
    slowDisk: 'Slow disk',
    fullDisk: 'Full disk',
    failingDisk: 'Failing disk',
    clockSkew: 'Wrong clock'
  },
  effects: { cut: 'Cut', refuse: 'Refuse', delay: 'Delay' },
  directions: { both: 'Both ways', forth: '{from} → {to}', back: '{to} → {from}' },
  form: {
    to: 'Link to',
    effect: 'What happens on it',
    direction: 'Which way',
    delayMs: 'Delay each way, ms',
    jitterMs: 'Give or take, ms',
    readMs: 'Each read, ms',
    writeMs: 'Each write, ms',
    flushMs: 'Each flush, ms',
    room: 'Room left, MiB',
    reads: 'Reads fail too',
    offset: 'Seconds ahead; behind below 0'
  },
  hints: {
    cut: 'No byte passes; the connections stay open. What was sent arrives when the link is whole again.',
    refuse: 'Connections are closed, and new ones refused at once.',
    delay: 'Every byte arrives later, in its order.',
    fullDisk: 'Then writing messages fails as on a disk without room.',
    failingDisk:
      'Writes and flushes fail. The broker refuses messages afterwards, until it is started again.',
    clockSkew:
      'Message times of this node only. Set back, its clock stands still until time has come up with it: stored times never go back.'
  },
  says: {
    between: '{from} ↔ {to}',
    oneWay: '{from} → {to}',
    cut: 'Cut: {way}',
    refuse: 'Refused: {way}',
    delay: 'Slow, {ms} ± {jitter} ms: {way}',
    kill: '{node} is killed.',
    freeze: '{node} is frozen.',
    slowDisk:
      'The disk of {node} is slow: {readMs} ms a read, {writeMs} a write, {flushMs} a flush.',
    fullDisk: 'The disk of {node} is full after {room}.',
    failingDisk: 'The disk of {node} fails writes.',
    failingReads: 'The disk of {node} fails writes and reads.',
    ahead: 'The clock of {node} is {length} ahead.',
    behind: 'The clock of {node} is {length} behind.'
  },
  events: 'What happened',
  noEvents: 'Nothing yet.',
  event: {
    cleared: 'Over: {fault}',
    node: '{node}: {state}',
    routes: '{nameserver} knows {list}',
    noRoutes: '{nameserver} knows no broker'
  },
  seen: {
    title: 'What clients see',
    of: 'Of which broker',
    all: 'All',
    chart: 'Messages a second that were sent, failed and were received',
    ok: 'Sent',
    failed: 'Failed',
    received: 'Received',
    waiting: 'Waiting for the first second …',
    okNow: '{n} sent',
    failedNow: '{n} failed',
    slowest: 'slowest {ms} ms',
    textAll:
      'A producer and a consumer with default settings, five messages a second on the topic GANTRY_WITNESS, while this page is open or something is wrong. A send that fails at one broker goes to another one.',
    textOne: 'Two sends a second to this broker alone, each tried once.'
  }
}
