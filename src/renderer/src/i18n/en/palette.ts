export const palette = {
  title: 'Go to or do',
  open: 'Go to or do … ({keys})',
  ask: 'Page, topic, group or action',
  none: 'Nothing fits. Try fewer letters; a topic or group that was just made appears when the list is fetched.',
  more: 'The best {shown} of {total}; type on to narrow them',
  loading: 'Fetching topics and groups …',
  partial: 'Topics and groups could not be fetched; pages and actions are here',
  keys: '↑ ↓ choose, Enter runs, Esc closes',
  kinds: { page: 'Page', action: 'Action', topic: 'Topic', group: 'Group' },
  newTopic: 'New topic …',
  send: 'Send a message …',
  start: 'Start {id}',
  restart: 'Restart {id}'
}
