/**
 * What changes the cluster of this machine: refused while another one is looked at, whose brokers may have the same
 * names. Whatever goes through `admin` follows the connection and is not in this list.
 */
import type { MethodName } from '../../../shared/contract'

const methods: readonly MethodName[] = [
  'node.start',
  'node.stop',
  'node.restart',
  'node.kill',
  'cluster.create',
  'cluster.save',
  'cluster.delete',
  'cluster.run',
  'address.save',
  'address.apply',
  'config.save',
  'config.saveText',
  'config.restore',
  'acl.switch',
  'fault.set',
  'clock.set',
  'clock.step',
  'snapshot.create',
  'snapshot.restore',
  'snapshot.branch',
  'broker.writePerm',
  'broker.setWritePerm',
  'broker.deleteExpired'
]

const localOnly: ReadonlySet<MethodName> = new Set(methods)

export const isLocalOnly = (method: MethodName): boolean => localOnly.has(method)
