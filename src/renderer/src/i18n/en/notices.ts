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
      text: 'The oldest messages were deleted although they had not expired. {cause}'
    },
    SENDS_PAUSED: {
      title: '{broker} takes no messages for want of room',
      text: '{cause}'
    },
    SENDS_REFUSED: {
      title: '{broker} takes no messages any more',
      text: '{cause}'
    },
    SENDS_RESUMED: {
      title: '{broker} takes messages again',
      text: 'There is room on its disk again; sending has resumed by itself.'
    },
    STORE_MIGRATED: {
      title: 'The store of {broker} was brought to a newer format',
      text: 'It was of format {version}. As it was it is kept in {backup} until the next clean shutdown, so that you can go back.'
    },
    BACKUP_REMOVED: {
      title: 'The backup of the store of {broker} was removed',
      text: '{backup} is not needed any more: the store was opened, used and closed in the newer format.'
    },
    NODE_CRASHED: {
      title: '{id} has crashed',
      text: 'It stopped without being asked to. Start it again on the Cluster page; its messages are recovered on start.'
    },
    META_DAMAGED: {
      title: 'A settings file was damaged: {file}',
      text: 'It was set aside as {kept} and a fresh one was started. Topics, groups or offsets saved in it may have to be set again.'
    },
    SUBSCRIPTIONS_DIFFER: {
      title: 'Members of {group} want different things of {topic}',
      text: '{client} wants {expression}, {otherClient} wants {otherExpression} (- means: does not subscribe). Messages are lost for the group this way; its Consistency tab has both side by side.'
    },
    DELAYED_LOST: {
      title: '{broker} lost up to {count} delayed messages',
      text: 'They were deleted or damaged before they were due. Raise gantryStoreQuota, and keep fileReservedTime longer than the longest delay.'
    },
    TOPIC_ADOPTED: {
      title: 'Topic {topic} was made again',
      text: 'The settings of {topic} on {broker} were lost, its messages were not. It was made again with {queueNums} queues; check its queues and permission.'
    },
    ROLE_MASTER: {
      title: '{broker} is master',
      text: 'The controller elected it, its epoch is {epoch}. Producers find it with their next look at the route.'
    },
    ROLE_SLAVE: {
      title: '{broker} is slave',
      text: 'The controller elected another master of its set, of epoch {epoch}. What it has that the master does not is removed, and it follows.'
    },
    SLAVE_TRUNCATED: {
      title: 'The end of the store of {broker} was not its master’s',
      text: 'The last {bytes} bytes, from position {position} on, are not in the log of {master}: they came from another master, or the master lost them. They were removed, and {broker} follows again.'
    },
    SLAVE_FOREIGN: {
      title: '{broker} cannot follow {master}',
      text: 'Nothing shows that their logs have anything in common, so nothing was touched. To make {broker} a copy of {master}, stop it, remove its store folder and start it again.'
    },
    WRONG_PORT_GRPC: {
      title: 'A gRPC client came to port {port}',
      text: '{client} speaks gRPC, as clients of RocketMQ 5.x do; port {port} takes remoting clients. Give the client the address of the proxy: {grpc}.'
    },
    WRONG_PORT_TLS: {
      title: 'A client with TLS came to port {port}',
      text: '{client} began with TLS, and port {port} does not speak it. A gRPC client (RocketMQ 5.x) belongs at the proxy, {grpc}, which does. A remoting client has to switch TLS off.'
    },
    WRONG_PORT_NO_PROXY: {
      title: 'A gRPC client came to port {port}, and no proxy is running',
      text: '{client} speaks gRPC or TLS, as clients of RocketMQ 5.x do; port {port} takes remoting clients without TLS. Start the proxy, or add one on the Design tab of the Cluster page.'
    },
    WRONG_PORT_REMOTING: {
      title: 'A remoting client came to the proxy',
      text: '{client} speaks the remoting protocol, as clients of RocketMQ 4.x do; port {port} takes gRPC clients. Give the client the address of the nameserver: {namesrv}.'
    },
    WRONG_PORT_HTTP: {
      title: 'A browser or HTTP client came to port {port}',
      text: '{client} asked port {port} for a web page, and there is none. This console has an address of its own, which the start of the program shows.'
    },
    WRONG_PORT_UNKNOWN: {
      title: 'Somebody came to port {port} who speaks something unknown',
      text: '{client} speaks neither gRPC nor the remoting protocol. RocketMQ clients connect to the nameserver, {namesrv}, or to the proxy, {grpc}.'
    },
    ALARM_LAG: {
      title: '{target} is behind: {rule}',
      text: 'More than {threshold} messages wait for it.'
    },
    ALARM_PRODUCE_ABOVE: {
      title: 'Much is produced: {rule}',
      text: '{target} takes more than {threshold} messages a second.'
    },
    ALARM_PRODUCE_BELOW: {
      title: 'Little is produced: {rule}',
      text: '{target} takes fewer than {threshold} messages a second.'
    },
    ALARM_CONSUME_ABOVE: {
      title: 'Much is consumed: {rule}',
      text: '{target} consumes more than {threshold} messages a second.'
    },
    ALARM_CONSUME_BELOW: {
      title: 'Little is consumed: {rule}',
      text: '{target} consumes fewer than {threshold} messages a second.'
    },
    ALARM_MEMBERS_BELOW: {
      title: 'Members are missing: {rule}',
      text: '{target} has fewer than {threshold} members online.'
    },
    ALARM_DISK: {
      title: 'A disk gets full: {rule}',
      text: 'The disk of {target} is fuller than {threshold} %.'
    },
    ALARM_DEAD_LETTERS: {
      title: 'New dead letters: {rule}',
      text: '{target} gave up more than {threshold} messages.'
    },
    ALARM_ERRORS: {
      title: 'Sends fail: {rule}',
      text: 'At {target} more than {threshold} sends a second fail.'
    },
    ALARM_LATENCY: {
      title: 'Storing takes long: {rule}',
      text: 'One send of a hundred takes {target} longer than {threshold} ms to store.'
    },
    ALARM_ENDED: {
      title: 'Over: {rule}',
      text: '{target} is back to normal.'
    },
    fallback: {
      title: 'Notice {code}',
      text: 'The engine reports: {values}'
    }
  }
}
