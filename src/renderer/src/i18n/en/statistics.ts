/** Statistics with history. */
export const statistics = {
  title: 'Statistics',
  none: 'Nothing was measured yet. The first figures come a few seconds after a broker is there.',
  now: 'Now',
  brokers: 'Brokers',
  noBrokers: 'No broker answers. Start the cluster, or look at the connection.',
  history: 'History',
  metrics: {
    produce: 'Produced',
    consume: 'Consumed',
    lag: 'Lag',
    errors: 'Failed sends',
    putP50: 'Store time, half of the sends',
    putP99: 'Store time, 99 %',
    putP999: 'Store time, 99.9 %',
    disk: 'Disk used',
    deadLetters: 'Dead letters',
    members: 'Members online',
    memory: 'Memory of Gantry'
  },
  scopes: { cluster: 'Cluster', broker: 'Broker', topic: 'Topic', group: 'Group' },
  hints: {
    putTimes:
      'Time brokers took to store a send, over their last whole minute; the half is an upper bound.',
    memory: 'Of this program with all its nodes; brokers elsewhere tell none.',
    waiting: 'not measured'
  },
  columns: {
    broker: 'Broker',
    address: 'Address',
    version: 'Version',
    produce: 'Produced /s',
    consume: 'Consumed /s',
    putP99: 'Store time 99 %',
    disk: 'Disk',
    producedToday: 'Produced today',
    producedYesterday: 'Produced yesterday',
    consumedToday: 'Consumed today',
    consumedYesterday: 'Consumed yesterday'
  },
  startedToday:
    'Started today. A RocketMQ broker counts anew with each start; one of Gantry keeps its counts.',
  top: {
    topics: 'Busiest topics',
    groups: 'Busiest groups',
    lag: 'Most behind',
    none: 'Nobody.',
    show: 'Show {name} in the chart'
  },
  coverage:
    'Histories of {topics} of {knownTopics} topics and {groups} of {knownGroups} groups; beyond {max} the busiest.',
  leftOut: '{n} series found no room and are not kept.',
  range: 'Range',
  ranges: {
    min10: '10 min',
    h1: '1 h',
    h6: '6 h',
    h24: '24 h',
    d7: '7 d',
    d30: '30 d',
    own: 'Own'
  },
  ownRange: 'From – to',
  live: 'Live',
  metric: 'Figure',
  scope: 'Of what',
  names: 'Which',
  namesHint: 'Choose or type names, ten at most',
  chart: '{metric} over time',
  noValues: 'Nothing was measured in this time.',
  step: { second: 'one value a second', minute: 'one value a minute', hour: 'one value an hour' },
  gaps: 'Gaps: nothing was measured.',
  savePicture: 'Save picture',
  saveCsv: 'Save CSV',
  time: 'Time'
}
