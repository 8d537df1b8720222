/** Configuration files of the person's own disk, and back to it. */
import { nodeKey } from '../../../../../shared/clusterSpec'
import { MAX_CONFIG_TEXT_CHARS } from '../../../../../shared/limits'

/** Bytes of a character at most. */
const UTF8_BYTES = 4

/** Undefined where it is larger than a configuration can be. */
export const readConfigFile = async (file: File): Promise<string | undefined> => {
  if (file.size > MAX_CONFIG_TEXT_CHARS * UTF8_BYTES) return undefined
  const text = (await file.text()).replace(/^\uFEFF/, '')
  return text.length > MAX_CONFIG_TEXT_CHARS ? undefined : text
}

/** `broker-a.conf` of a master, `broker-a-1.conf` of a slave, `namesrv-9876.conf` of a nameserver, `rmq-proxy.json` of the proxy. */
export const fileNameOf = (id: string): string =>
  id === nodeKey.proxy ? 'rmq-proxy.json' : `${id.replace(/:0$/, '').replace(/[^\w.-]/g, '-')}.conf`
