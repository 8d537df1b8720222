import type { Handlers } from '../../shared/contract'
import type { NoticeStore } from './noticeStore'

interface Deps {
  notices: Pick<NoticeStore, 'list' | 'dismiss'>
}

export const noticeHandlers = ({ notices }: Deps) =>
  ({
    'notice.list': () => notices.list(),
    'notice.dismiss': ({ id }) => notices.dismiss(id)
  }) satisfies Partial<Handlers>
