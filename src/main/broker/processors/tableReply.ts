import { versionText, type DataVersion } from '../../protocol/bodies/dataVersion'
import { jsonBody } from '../../protocol/bodies/rocketmqJson'
import { SlaveSyncResponseHeader } from '../../protocol/headers/slave'
import type { Reply } from '../../protocol/remotingCommand'
import { reply, replyBody } from '../../remoting/route'

interface Asked {
  gantryKnownVersion?: string | undefined
}

/** A whole table, but to a slave that has it in this version already. */
export const tableReply = (
  { gantryKnownVersion }: Asked,
  dataVersion: DataVersion,
  table: () => object
): Reply =>
  gantryKnownVersion === versionText(dataVersion)
    ? reply(SlaveSyncResponseHeader, { gantryUnchanged: true })
    : replyBody(jsonBody(table()))
