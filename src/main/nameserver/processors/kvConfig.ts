/** 100, 101, 102, 219. Java: DefaultRequestProcessor, KVConfigManager. */
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import {
  GetKVConfigResponseHeader,
  GetKVListByNamespaceRequestHeader,
  KVConfigRequestHeader,
  PutKVConfigRequestHeader
} from '../../protocol/headers/namesrv'
import { RemotingError, success } from '../../protocol/remotingCommand'
import { reply, replyBody, route, type Route } from '../../remoting/route'
import type { KVConfigManager } from '../kvConfigManager'

interface Deps {
  kvConfig: Pick<KVConfigManager, 'get' | 'list' | 'put' | 'delete'>
}

/** Java: KVTable. Keys come from the wire, so they become own keys whatever they are. */
export const kvTable = (values: ReadonlyMap<string, string>): { table: Record<string, string> } => {
  const table = Object.create(null) as Record<string, string>
  for (const [key, value] of values) table[key] = value
  return { table }
}

export const putKVConfig = ({ kvConfig }: Deps): Route =>
  route(RequestCode.PUT_KV_CONFIG, PutKVConfigRequestHeader, async ({ header }) => {
    await kvConfig.put(header.namespace, header.key, header.value)
    return success
  })

export const getKVConfig = ({ kvConfig }: Deps): Route =>
  route(RequestCode.GET_KV_CONFIG, KVConfigRequestHeader, ({ header: { namespace, key } }) => {
    const value = kvConfig.get(namespace, key)
    if (value === undefined)
      throw new RemotingError(
        ResponseCode.QUERY_NOT_FOUND,
        `No config item, Namespace: ${namespace} Key: ${key}`
      )
    return reply(GetKVConfigResponseHeader, { value })
  })

export const deleteKVConfig = ({ kvConfig }: Deps): Route =>
  route(RequestCode.DELETE_KV_CONFIG, KVConfigRequestHeader, async ({ header }) => {
    await kvConfig.delete(header.namespace, header.key)
    return success
  })

export const getKVListByNamespace = ({ kvConfig }: Deps): Route =>
  route(
    RequestCode.GET_KVLIST_BY_NAMESPACE,
    GetKVListByNamespaceRequestHeader,
    ({ header: { namespace } }) => {
      const values = kvConfig.list(namespace)
      if (!values)
        throw new RemotingError(
          ResponseCode.QUERY_NOT_FOUND,
          `No config item, Namespace: ${namespace}`
        )
      return replyBody(jsonBody(kvTable(values)))
    }
  )
