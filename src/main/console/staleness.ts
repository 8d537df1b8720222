/** From what happened to what the window should ask for again. */
import type { MethodName } from '../../shared/contract'
import type { Noun } from '../../shared/views'

const byMethod: Partial<Record<MethodName, readonly Noun[]>> = {
  'settings.set': ['settings'],
  'config.save': ['cluster'],
  'config.saveText': ['cluster'],
  'config.restore': ['cluster'],
  'broker.updateProperties': ['cluster'],
  'broker.permit': ['cluster', 'topic'],
  'namesrv.updateProperties': ['cluster'],
  'broker.deleteExpired': ['cluster', 'topic', 'group', 'message'],
  'acl.createUser': ['acl'],
  'acl.updateUser': ['acl'],
  'acl.deleteUser': ['acl'],
  'acl.saveEntry': ['acl'],
  'acl.deleteEntry': ['acl'],
  'acl.repair': ['acl'],
  'acl.switch': ['acl', 'cluster'],
  'topic.save': ['topic', 'group'],
  'topic.delete': ['topic', 'group', 'message'],
  'topic.empty': ['topic', 'group', 'message'],
  'topic.note': ['topic'],
  'group.save': ['group', 'topic'],
  'group.delete': ['group', 'topic'],
  'group.setPopMode': ['group'],
  'offset.reset': ['group'],
  'offset.undo': ['group'],
  'client.close': ['client', 'group'],
  'message.send': ['message', 'topic', 'group'],
  'compose.send': ['message', 'topic', 'group', 'compose'],
  'compose.saveTemplate': ['compose'],
  'compose.renameTemplate': ['compose'],
  'compose.deleteTemplate': ['compose'],
  'compose.removeSent': ['compose'],
  'compose.clearSent': ['compose'],
  'consume.start': ['group', 'topic'],
  'consume.stop': ['group', 'topic'],
  'message.sendBack': ['message', 'topic', 'group'],
  'deadLetter.resend': ['message', 'topic', 'group'],
  'scheduled.recall': ['message'],
  'scheduled.deliverNow': ['message', 'topic', 'group'],
  'message.copy': ['message', 'topic', 'group'],
  'alarm.acknowledge': ['alarm'],
  'notice.dismiss': ['notice']
}

/** After a method of the window succeeded; nodes announce their own changes. */
export const staleAfter = (method: MethodName): readonly Noun[] => byMethod[method] ?? []

/** After messages passed: offsets, lag and perhaps new topics. */
export const STALE_BY_TRAFFIC: readonly Noun[] = ['topic', 'group', 'message']

/** Members come and go without a message; nobody announces them, so they are looked at again this often. */
export const LOOK_AGAIN_MS = 5000
export const STALE_BY_TIME: readonly Noun[] = ['topic', 'group', 'client']
/** Nobody tells of messages and brokers of another cluster. */
export const STALE_BY_TIME_ELSEWHERE: readonly Noun[] = ['cluster', 'message', ...STALE_BY_TIME]

/** After a node started or ended. */
export const STALE_BY_NODES: readonly Noun[] = ['cluster', 'acl', 'topic', 'group', 'client', 'message'] // prettier-ignore

/** After another cluster took the place of the one that ran. */
export const STALE_BY_CLUSTER: readonly Noun[] = ['app', 'clock', ...STALE_BY_NODES]
