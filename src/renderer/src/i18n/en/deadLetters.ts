export const deadLetters = {
  title: 'Dead letters',
  groups: 'Groups with dead letters',
  allGroups: 'All groups',
  moreGroups: '{n} more groups; find them with Topics, kind dead letter.',
  none: 'No group has dead letters. A message ends here when its group has failed to consume it as often as its retry policy allows.',
  noneInRange: 'There are no dead letters in this range.',
  range: 'Time range',
  ranges: {
    hour: 'Last hour',
    day: 'Last 24 hours',
    week: 'Last 7 days',
    all: 'All times',
    own: 'From … to …'
  },
  stored: 'Died',
  group: 'Group',
  originTopic: 'Origin topic',
  keys: 'Keys · tag',
  retries: 'Retries',
  body: 'Body',
  unknown: 'not reported',
  sentTag: 'sent',
  selected: '{n} chosen',
  allInRange: 'all {n} in range',
  count: '{shown} shown, {range} in range, {left} not read yet',
  more: 'Show more',
  newOnes: 'New dead letters: show them',
  shownLimit: 'The list holds {limit}. Choose a group or a time range to see others.',
  export: 'Export',
  exporting: 'Reading for the export: {n}',
  exported: '{n} dead letters exported',
  exportedCut: '{n} dead letters exported; it ends at 64 MiB of bodies',
  resend: 'Send again',
  resendTitle: 'Send {n} dead letters again',
  scopeSelected: 'Those chosen, the oldest first.',
  scopeRange: 'All in range, the oldest first. Choose rows to send only some.',
  batchLimit: 'One batch takes {limit}; the newest are taken.',
  to: { group: 'To their group only', topic: 'To their origin topic' },
  toHint: {
    group:
      'A second later the group consumes them once more. One that fails again is a dead letter again.',
    topic: 'As new messages with ids of their own: every group of the topic gets them.'
  },
  staysHint: 'A log forgets nothing: the dead letter itself stays until its time is over.',
  progress: {
    reading: 'Reading which: {done}',
    working: '{done} of {total} sent'
  },
  stop: 'Stop',
  outcome: 'Sent again: {sent}. Failed: {failed}.',
  moreFailures: '{n} more failed.',
  failedStay: 'Those that failed stay chosen.',
  deliver: 'Deliver',
  deliverNamed: 'Deliver {id} to a client',
  deliverTitle: 'Deliver to one client',
  deliverText:
    'The client consumes the message at once, outside its queues. Nothing else changes: no progress, no retry.',
  reason:
    'Why a message failed: not reported. Clients keep the exception to themselves; they tell it only in answer to a delivery like this one.',
  client: 'Client of the group',
  nobodyOnline: 'Nobody of the group is online',
  answered: '{result} after {ms} ms',
  noException: 'The client reported no exception.',
  unreadable:
    'These dead letters cannot be read, because their topic is write-only, as RocketMQ 4.x makes it: {groups}. Give the %DLQ% topic read permission on the Topics page.',
  partial: 'Not everything could be read; what is missing is in no number'
}
