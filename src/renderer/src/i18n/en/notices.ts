export const notices = {
  title: 'Notices',
  open: 'Notices, {n} unread',
  none: 'Nothing to report.',
  times: '{n} times',
  dismiss: 'Dismiss',
  dismissAll: 'Dismiss all',
  createTopic: 'Create topic',
  codes: {
    ROUTE_NOT_FOUND: {
      title: 'A client asked for unknown topic {topic}',
      text: '{client} looked for a route to {topic} and found none, because no broker has that topic. Create it, or correct the name in the client.'
    },
    STORE_TAIL_CUT: {
      title: 'The end of the store of {broker} was cut',
      text: 'The last write was interrupted before it was complete. {bytes} bytes at {position} were cut off; messages acknowledged before are all there.'
    },
    STORE_DAMAGE: {
      title: 'Damage in the store of {broker}',
      text: '{bytes} bytes at position {position} cannot be read. The messages in that stretch are lost; all others are intact. Check the disk.'
    },
    STORE_CLEANED: {
      title: '{broker} deleted messages before their time',
      text: 'Its store reached the limit ({cause}), so the oldest messages were deleted: {bytes} bytes at {position}. Raise gantryStoreQuota to keep more.'
    },
    SENDS_PAUSED: {
      title: '{broker} takes no messages for want of room',
      text: '{reason}'
    },
    SENDS_REFUSED: {
      title: '{broker} takes no messages any more',
      text: '{reason}. What is stored can be read. Check the disk, then restart the broker.'
    },
    SENDS_RESUMED: {
      title: '{broker} takes messages again',
      text: 'There is room on its disk again; sending has resumed by itself.'
    },
    NODE_CRASHED: {
      title: '{id} has crashed',
      text: 'It stopped without being asked to. Start it again on the Cluster page; its messages are recovered on start.'
    },
    META_DAMAGED: {
      title: 'A settings file was damaged: {file}',
      text: 'It was set aside as {kept} and a fresh one was started. Topics, groups or offsets saved in it may have to be set again.'
    },
    TOPIC_ADOPTED: {
      title: 'Topic {topic} was made again',
      text: 'The settings of {topic} on {broker} were lost, its messages were not. It was made again with {queueNums} queues; check its queues and permission.'
    },
    fallback: {
      title: 'Notice {code}',
      text: 'The engine reports: {values}'
    }
  }
}
