/** What nameservers keep besides routes: their properties, and values under keys. */
import { readKVTable } from '../protocol/bodies/admin'
import { parsePropertiesText } from '../protocol/bodies/propertiesText'
import { RequestCode } from '../protocol/codes/requestCode'
import { ResponseCode } from '../protocol/codes/responseCode'
import {
  GetKVListByNamespaceRequestHeader,
  KVConfigRequestHeader,
  PutKVConfigRequestHeader
} from '../protocol/headers/namesrv'
import { callBroker, jsonOf, unlessCode, type AdminDeps } from './adminCall'

export interface KVEntry {
  namespace: string
  key: string
  value: string
}

export const namesrvAdmin = (deps: Pick<AdminDeps, 'client' | 'namesrv'>) => ({
  /** Of one nameserver. Java: getNameServerConfig. */
  getNamesrvConfig: async (address: string): Promise<Map<string, string>> => {
    const { body } = await callBroker(deps, address, { code: RequestCode.GET_NAMESRV_CONFIG })
    return parsePropertiesText(body?.toString('utf8') ?? '')
  },
  /** Of one nameserver; empty where it has nothing under that namespace. Java: getKVListByNamespace. */
  getKVListByNamespace: async (
    address: string,
    namespace: string
  ): Promise<Map<string, string>> => {
    const code = RequestCode.GET_KVLIST_BY_NAMESPACE
    const extFields = GetKVListByNamespaceRequestHeader.encode({ namespace })
    const response = await unlessCode(
      [ResponseCode.QUERY_NOT_FOUND],
      callBroker(deps, address, { code, extFields })
    )
    return response ? readKVTable(jsonOf(response, code)) : new Map<string, string>()
  },
  /** At every nameserver, because none tells another. Java: createAndUpdateKvConfig. */
  putKVConfig: (entry: KVEntry): Promise<void> =>
    deps.namesrv.callEvery({
      code: RequestCode.PUT_KV_CONFIG,
      extFields: PutKVConfigRequestHeader.encode(entry)
    }),
  /** At every nameserver. Java: deleteKvConfig. */
  deleteKVConfig: ({ namespace, key }: Omit<KVEntry, 'value'>): Promise<void> =>
    deps.namesrv.callEvery({
      code: RequestCode.DELETE_KV_CONFIG,
      extFields: KVConfigRequestHeader.encode({ namespace, key })
    })
})
