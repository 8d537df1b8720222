/** VIEW_MESSAGE_BY_ID (33). Java: QueryMessageProcessor.viewMessageById. */
import { RequestCode } from '../../protocol/codes/requestCode'
import { ResponseCode } from '../../protocol/codes/responseCode'
import { ViewMessageRequestHeader } from '../../protocol/headers/consume'
import { RemotingError } from '../../protocol/remotingCommand'
import { replyBody, route, type Route } from '../../remoting/route'
import type { MessageStore } from '../../store/messageStore'

interface Deps {
  store: Pick<MessageStore, 'lookMessageByOffset'>
}

export const viewMessage = ({ store }: Deps): Route[] => [
  route(RequestCode.VIEW_MESSAGE_BY_ID, ViewMessageRequestHeader, ({ header: { offset } }) => {
    const message = store.lookMessageByOffset(offset)
    if (message) return replyBody(message)
    throw new RemotingError(
      ResponseCode.SYSTEM_ERROR,
      `can not find message by the offset, ${offset}: no message begins there, or it is no longer kept`
    )
  })
]
