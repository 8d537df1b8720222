/** 318, 319. Java: DefaultRequestProcessor. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { NoHeader } from '../../protocol/headers/admin'
import { success } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { NamesrvConfigManager } from '../namesrvConfig'

interface Deps {
  configManager: Pick<NamesrvConfigManager, 'text' | 'update'>
}

export const updateNamesrvConfig = ({ configManager }: Deps): Route =>
  route(RequestCode.UPDATE_NAMESRV_CONFIG, NoHeader, async ({ body }) => {
    await configManager.update(body.toString('utf8'))
    return success
  })

export const getNamesrvConfig = ({ configManager }: Deps): Route =>
  route(RequestCode.GET_NAMESRV_CONFIG, NoHeader, () =>
    replyBody(Buffer.from(configManager.text()))
  )
