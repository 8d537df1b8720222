/** Notices as desktop notifications, while nobody looks at the window. The words are the window's own. */
import { Notification } from 'electron'
import type { Notice } from '../../shared/views'
import { notices as en } from '../../renderer/src/i18n/en/notices'
import { notices as zh } from '../../renderer/src/i18n/zh-CN/notices'
import type { Disposable } from '../base/disposable'
import type { Console } from '../console/console'
import type { DesktopTexts } from './desktopTexts'

/** Longest text of a notification; systems cut it anyway. */
const MAX_TEXT_CHARS = 400

interface Deps {
  console: Pick<Console, 'on'>
  texts: () => DesktopTexts
  isChinese: () => boolean
  /** Switched on, and the window is not in front. */
  isWanted: () => boolean
  open: () => void
}

const filled = (text: string, params: Notice['params']): string =>
  text.replace(/\{(\w+)\}/g, (all, name: string) => String(params[name] ?? all))

export const noticeWords = (
  notice: Notice,
  isChinese: boolean,
  texts: DesktopTexts
): { title: string; body: string } => {
  const codes: Readonly<Record<string, { title: string; text: string }>> = (isChinese ? zh : en).codes // prettier-ignore
  const known = Object.hasOwn(codes, notice.code) ? codes[notice.code] : undefined
  if (!known) return { title: texts.notice[notice.level], body: texts.notice.open }
  const body = filled(known.text, notice.params)
  return {
    title: filled(known.title, notice.params).slice(0, MAX_TEXT_CHARS),
    // A cause is a code that only the window has words for.
    body: known.text.includes('{cause}') ? texts.notice.open : body.slice(0, MAX_TEXT_CHARS)
  }
}

/** At most one on the screen: a newer one takes the place of the last. */
export const showNotices = (deps: Deps): Disposable => {
  let last: Notification | undefined
  return deps.console.on('notice', (notice) => {
    // The same once more is counted in the window and not told again.
    if (notice.count > 1 || !deps.isWanted() || !Notification.isSupported()) return
    last?.close()
    last = new Notification(noticeWords(notice, deps.isChinese(), deps.texts()))
    last.on('click', () => deps.open())
    last.show()
  })
}
