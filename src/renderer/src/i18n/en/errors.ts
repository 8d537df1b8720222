import { accessErrors } from './accessErrors'
import { windowErrors } from './windowErrors'

/** Cause and cure of every failure, by its code: RocketMQ's own first, then the console's. */
export const errors = {
  ...accessErrors,
  ...windowErrors,
  TOPIC_NOT_EXIST: {
    cause: 'The topic does not exist on the broker.',
    cure: 'Create the topic, or correct its name. If clients shall create topics themselves, turn on autoCreateTopicEnable in the broker properties.'
  },
  SUBSCRIPTION_GROUP_NOT_EXIST: {
    cause: 'The consumer group does not exist on the broker.',
    cure: 'Create the group, or turn on autoCreateSubscriptionGroup in the broker properties.'
  },
  NO_PERMISSION: {
    cause: 'The topic, the group or the broker does not allow this, or the user has no permission.',
    cure: 'The details say which. Check the read and write permission of the topic, brokerPermission of the broker, whether consuming is allowed for the group, and the user’s permissions.'
  },
  MESSAGE_ILLEGAL: {
    cause:
      'The broker refuses the message: its topic name, its properties or its size break a rule.',
    cure: 'Check the topic name, shorten the properties (32 767 bytes in all) or the body (maxMessageSize, 4 MiB by default).'
  },
  INVALID_PARAMETER: {
    cause: 'The broker refuses one of the values.',
    cure: 'The details say which one. Correct it and try again.'
  },
  SYSTEM_ERROR: {
    cause: 'The broker failed while handling the request.',
    cure: 'Read the details. If it goes on, restart the broker.'
  },
  SYSTEM_BUSY: {
    cause: 'The broker has more work than it can take at the moment.',
    cure: 'Wait a moment and try again, or send more slowly. waitTimeMillsInSendQueue says how long a send may wait.'
  },
  SERVICE_NOT_AVAILABLE: {
    cause:
      'The broker does not accept messages now: it is a slave, is shutting down, or its disk is full.',
    cure: 'Send to a master, free some disk space, or restart the broker.'
  },
  CONSUMER_NOT_ONLINE: {
    cause: 'Nobody of this consumer group is online.',
    cure: 'Start a consumer of the group. Its members and subscriptions are known only while one is connected.'
  },
  QUERY_NOT_FOUND: {
    cause: 'The broker has nothing under this name.',
    cure: 'Check topic, group or message id; it may also have been removed by retention.'
  },
  PULL_OFFSET_MOVED: {
    cause: 'The queue has no message at this offset.',
    cure: 'Start from the oldest or the newest message: older ones may have been deleted by retention.'
  },
  NO_MESSAGE: {
    cause: 'There is no message at this place.',
    cure: 'It may have been deleted by retention, or not been stored yet. Reload the list.'
  },
  REQUEST_CODE_NOT_SUPPORTED: {
    cause: 'The broker does not know this request.',
    cure: 'It is of another version. Compare the versions on the Cluster page.'
  },
  FLUSH_DISK_TIMEOUT: {
    cause: 'The message is stored, but the disk did not confirm in time.',
    cure: 'It may be lost on a power cut. Check the load on the disk, or raise syncFlushTimeout.'
  },
  SUBSCRIPTION_PARSE_FAILED: {
    cause: 'The filter expression of a subscription cannot be understood.',
    cure: 'Correct the tag list or the SQL92 expression in the consumer.'
  },
  BROKER_NOT_EXIST: {
    cause: 'No broker that could handle this is registered.',
    cure: 'Check on the Cluster page that a broker is running; one started a moment ago may need some seconds to register.'
  },
  SLAVE_NOT_AVAILABLE: {
    cause: 'The message is stored, but no slave is there to copy it.',
    cure: 'Start the slave, or use ASYNC_MASTER if one copy is enough.'
  },
  FLUSH_SLAVE_TIMEOUT: {
    cause: 'The message is stored, but the slave did not confirm in time.',
    cure: 'Check that the slave is running and keeps up.'
  },
  SUBSCRIPTION_NOT_EXIST: {
    cause: 'The group does not subscribe to this topic.',
    cure: 'Check the topic the consumer subscribes to. All members of a group must subscribe to the same.'
  },
  SUBSCRIPTION_NOT_LATEST: {
    cause: 'The broker does not know the latest subscription of the consumer yet.',
    cure: 'It arrives with the next heartbeat; wait some seconds.'
  },
  VERSION_NOT_SUPPORTED: {
    cause: 'The broker does not support this version of the request.',
    cure: 'Compare the versions of client and broker on the Cluster page.'
  },
  FLOW_CONTROL: {
    cause: 'The broker slows the client down.',
    cure: 'Send or pull more slowly, and try again.'
  },
  NODE_CRASHED: {
    cause: '{id} stopped without being asked to.',
    cure: 'Start it again; its messages are recovered on start. If it goes on, the details help to find the cause.'
  },
  INVALID_INPUT: {
    cause: 'The value of {field} is not acceptable.',
    cure: 'Correct it and try again.'
  },
  NAMESRV_UNREACHABLE: {
    cause: 'The nameserver {address} cannot be reached.',
    cure: 'Start it on the Cluster page, or check its address.'
  },
  BROKER_UNREACHABLE: {
    cause: 'The broker {address} cannot be reached.',
    cure: 'Start it on the Cluster page. If it runs, check the address it announces (brokerIP1).'
  },
  NO_ROUTE: {
    cause: 'No broker has topic {topic}.',
    cure: 'Create the topic, or correct its name. A broker started a moment ago may need some seconds to register.'
  },
  NODE_NOT_RUNNING: {
    cause: '{id} is not running.',
    cure: 'Start it on the Cluster page.'
  },
  NODE_BUSY: {
    cause: '{id} is just starting or stopping.',
    cure: 'Wait until it has finished and try again.'
  },
  CLUSTER_NOT_FOUND: {
    cause: 'This saved cluster is no longer there.',
    cure: 'Reload the list; it may have been deleted in another window.'
  },
  CLUSTER_NAME_TAKEN: {
    cause: 'There is a saved cluster “{name}” already.',
    cure: 'Choose another name.'
  },
  CLUSTER_IS_RUNNING: {
    cause: '“{name}” is running.',
    cure: 'Run another cluster first; then this one can be deleted.'
  },
  CLUSTER_BUSY: {
    cause: 'Clusters are being changed.',
    cure: 'Wait until that is done, and try again.'
  },
  TOO_MANY_CLUSTERS: {
    cause: '{limit} clusters are saved already.',
    cure: 'Delete one of them first.'
  },
  INVALID_SPEC: {
    cause: 'The cluster cannot be run as it is drawn.',
    cure: 'The details say why; correct it on the drawing.'
  },
  NODE_NOT_FOUND: {
    cause: 'There is no node {id} in this cluster.',
    cure: 'Reload the Cluster page.'
  },
  SNAPSHOT_NOT_FOUND: {
    cause: 'This snapshot is no longer there.',
    cure: 'It may have been deleted in another window. The list shows those there are.'
  },
  SNAPSHOT_NAME_TAKEN: {
    cause: 'There is a snapshot “{name}” already.',
    cure: 'Choose another name, or delete that one first.'
  },
  TOO_MANY_SNAPSHOTS: {
    cause: '{limit} snapshots are kept already.',
    cure: 'Delete one of them first.'
  },
  SNAPSHOT_NO_ROOM: {
    cause: 'There is not enough room on the disk for the copy.',
    cure: 'Delete snapshots or other files; the details say how much is needed. Nothing was changed.'
  },
  SNAPSHOT_DAMAGED: {
    cause: 'The snapshot is damaged: files of it are gone or cut short.',
    cure: 'Delete it. The details say what was found; nothing was changed.'
  },
  SNAPSHOT_NEWER: {
    cause: 'A newer Gantry made this snapshot.',
    cure: 'Use that version to restore it.'
  },
  SNAPSHOT_BUSY: {
    cause: '“{name}” is being worked on.',
    cure: 'Wait until that is done, or cancel it.'
  },
  SNAPSHOT_DISK_ERROR: {
    cause: 'The disk refused a file ({code}).',
    cure: 'Check the disk and its permissions, then try again. The details name the file.'
  },
  CANCELLED: {
    cause: 'It was cancelled.',
    cure: 'Nothing was changed.'
  },
  TOO_MANY_FAULTS: {
    cause: '{limit} faults are set already.',
    cure: 'Undo one of them first.'
  },
  CLOCK_BUSY: {
    cause: 'The clock is being stepped.',
    cure: 'Wait until that is done and try again.'
  },
  PORT_IN_USE: {
    cause: 'Port {port} is already in use by {holder}.',
    cure: 'End that program, or choose another port.'
  },
  TIMEOUT: {
    cause: 'There was no answer in time.',
    cure: 'Check on the Cluster page that nameserver and broker are running, and try again.'
  },
  MESSAGE_NOT_FOUND: {
    cause: 'The message is not there.',
    cure: 'It may have been deleted by retention, or the id is of another cluster. On the Messages page, Search takes every form of an id.'
  },
  SEARCH_GONE: {
    cause:
      'The search is no longer there: the engine started again, or another search took its place.',
    cure: 'Search again.'
  },
  REGEX_TOO_SLOW: {
    cause: 'The regular expression took too long on {n} bodies; the search has ended.',
    cure: 'Repetitions inside repetitions, such as (a+)+, take for ever on texts that nearly match. Write it without, or search for plain text.'
  },
  BODY_NOT_READABLE: {
    cause: 'The body is compressed ({compression}) and cannot be inflated.',
    cure: 'It cannot be sent as it was meant. Look at it as stored in the viewer.'
  },
  REPLAY_RUNNING: {
    cause: 'A replay is under way already.',
    cure: 'Wait for its end, or stop it first.'
  },
  CONSUME_MSG_TIMEOUT: {
    cause: 'The client did not answer within 10 seconds.',
    cure: 'Its listener may still be at work, or the client does not know this request: Java clients and gRPC clients that verify messages do, some others do not.'
  },
  EMPTIED_NOT_MADE: {
    cause: 'Topic {topic} was deleted on {brokerName} to empty it, and could not be made again.',
    cure: 'Create it there with {readQueueNums} read and {writeQueueNums} write queues, permission {perm}.'
  },
  TOO_MANY_NOTES: {
    cause: '{limit} notes are kept already.',
    cure: 'Delete notes that are no longer needed.'
  },
  NO_ORIGIN_TOPIC: {
    cause: 'The message does not say which topic it was sent to first.',
    cure: 'Send it to its group instead, or load it into the composer and choose a topic.'
  },
  NOT_RECALLABLE: {
    cause: 'This message cannot be recalled.',
    cure: 'Only messages that name a delivery time of their own can be, and only those with a unique id. Delay levels and retries always run to their end.'
  },
  RECALL_DISABLED: {
    cause: '{brokerName} does not let messages be recalled.',
    cure: 'Set recallMessageEnable to true in the properties of the broker; it takes effect at once.'
  },
  DUE_SOON: {
    cause: 'The message is due in a moment.',
    cure: 'Wait for it: recalled now, it might be delivered all the same.'
  },
  SENT_NOT_RECALLED: {
    cause:
      'A copy of {msgId} was sent to {topic}, but the message itself could not be recalled: it will come once more when it is due.',
    cure: 'Both have the same message id, so that a consumer can tell. Recall it again, or let it come.'
  },
  ILLEGAL_OPERATION: {
    cause: 'The broker refuses this.',
    cure: 'The details say why. A message that is due already can no longer be recalled.'
  },
  SYSTEM_TOPIC: {
    cause: '{topic} is a topic the cluster itself needs.',
    cure: 'It can be read but not changed. Choose another name.'
  },
  SYSTEM_GROUP: {
    cause: '{groupName} is a group the cluster itself needs.',
    cure: 'It can be read but not changed. Choose another name.'
  },
  GROUP_BROADCASTS: {
    cause: 'Group {groupName} broadcasts.',
    cure: 'Each of its members keeps its own offsets in a file beside the program; brokers have none that could be moved. Delete that file, or start the member with another consumeFromWhere.'
  },
  TOO_MANY_QUEUES: {
    cause: 'These topics have {count} queues; at most {limit} are reset at once.',
    cure: 'Choose fewer topics.'
  },
  NOTHING_TO_UNDO: {
    cause: 'The offsets of before this reset are not kept any more.',
    cure: 'They are kept until Gantry ends, of the last resets only. Reset the group to a point in time instead.'
  },
  CLOSE_NOT_POSSIBLE: {
    cause: 'The brokers have no request that ends a client’s connections.',
    cure: 'Only Gantry’s brokers have one. Stop the program of {clientId} instead.'
  },
  GROUP_ONLINE: {
    cause: 'Members of group {groupName} are online.',
    cure: 'Stop its consumers first; otherwise they would create the group again at once.'
  },
  UNKNOWN_PROPERTY: {
    cause: 'There is no property {key}.',
    cure: 'Check how it is spelled.'
  },
  INVALID_PROPERTY: {
    cause: 'The value of {key} is not acceptable; expected: {expected}.',
    cure: 'Correct it and save again. Nothing has been changed.'
  },
  CONFIG_REFUSED: {
    cause: 'Line {line} ({key}) cannot be saved. Lines refused: {count}.',
    cure: 'Correct or comment out the marked lines and save again. Nothing has been changed.'
  },
  CONFIG_TOO_LARGE: {
    cause: 'A configuration file has at most {max} characters.',
    cure: 'Shorten it. RocketMQ’s whole configuration is a third of that.'
  },
  CONFIG_VERSION_NOT_FOUND: {
    cause: '{id} has no version {version} any more.',
    cure: 'Only the newest versions are kept. Choose one of the list.'
  },
  UNKNOWN_METHOD: {
    cause: 'The engine does not know what this window asks for.',
    cure: 'Window and engine are of different versions. Reload the window.'
  },
  INTERNAL: {
    cause: 'Something unexpected went wrong.',
    cure: 'Try again. If it happens once more, report it with the details below.'
  },
  ALARM_LIMIT: {
    cause: 'There are {limit} alarm rules already.',
    cure: 'Delete a rule that is not needed any more, then save this one again.'
  },
  ALARM_NOT_FOUND: {
    cause: 'This alarm does not exist any more.',
    cure: 'Somebody deleted it meanwhile, or it left the history. The list shows what there is.'
  },
  STOPPING: {
    cause: 'Gantry is being closed.',
    cure: 'Start it again.'
  },
  fallback: {
    cause: 'The request failed ({code}).',
    cure: 'The details say what the engine reported. Correct the cause and try again.'
  }
}
