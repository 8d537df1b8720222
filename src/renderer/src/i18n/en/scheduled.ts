export const scheduled = {
  title: 'Scheduled',
  none: 'Nothing waits. Delayed messages, messages with a time of their own, retries and half messages appear here until they are due.',
  filter: 'Filter what waits',
  showKinds: 'Kinds shown',
  kinds: { delay: 'Delayed', timer: 'Timed', retry: 'Retry', half: 'Half' },
  kind: 'Kind',
  due: 'Due',
  target: 'Goes to',
  id: 'Message id',
  idAndKeys: 'Message id, keys · tag',
  body: 'Body',
  level: 'level {level}',
  retryOf: 'attempt {n}',
  checked: 'asked {n} times',
  untilEnded: 'when its transaction ends',
  dueNow: 'due now',
  dueIn: 'in {length}',
  inLevels: 'In delay levels',
  inTimer: 'Timed',
  halves: 'Half messages',
  atMost: '≤ {n}',
  recallOff: 'Recall is off on some brokers: recallMessageEnable is false.',
  toConfig: 'Change it',
  partial: 'Not every broker told everything; what is missing is in no number',
  count: '{shown} shown, {matched} waiting of {scanned} read, {left} not read yet',
  shownLimit: 'The {limit} that are due first are shown.',
  readMore: 'Read more',
  verbs: {
    recall: 'Recall {id}',
    deliverNow: 'Deliver {id} now',
    fastForward: 'Set the clock ahead until {id} is due'
  },
  why: {
    level:
      'A delay level always runs to its end: RocketMQ knows no way to take such a message back.',
    retry: 'A retry goes back to its group when its time comes; nothing can take it back.',
    half: 'Its producer decides: it ends with commit or rollback.',
    noId: 'It has no unique id, by which it could be recalled.',
    disabled: 'Recall is off on {broker}: set recallMessageEnable to true.',
    noTime: 'Nobody knows when it is due, or it is due now.'
  },
  ask: {
    recall: 'Recall this message?',
    deliverNow: 'Deliver this message now?',
    fastForward: 'Set the clock ahead?'
  },
  means: {
    recall: 'The message will not be delivered. This cannot be undone.',
    deliverNow:
      'A copy with the same message id is sent now, then the message itself is recalled. If the recall fails, you are told that it comes a second time.',
    fastForward:
      'The clock of the whole cluster goes ahead until this message is due. All that is due before happens too, in order; the clock never goes back.'
  },
  confirm: { recall: 'Recall', deliverNow: 'Deliver now', fastForward: 'Set ahead' },
  done: {
    recall: 'Recalled.',
    deliverNow: 'Delivered now.',
    fastForward: 'The clock was set ahead.'
  }
}
