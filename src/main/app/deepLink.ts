/** gantry://topic/NAME and the like, from other programs: judged before anything is opened. */
import { NAME_PATTERN } from '../../shared/names'
import { APP_ORIGIN } from './windowUrl'

export const DEEP_LINK_SCHEME = 'gantry:'

/** Longest link that is looked at. */
export const MAX_LINK_CHARS = 1024
/** Longest name or id in one. */
const MAX_NAME_CHARS = 255

const isName = (text: string): boolean => text.length <= MAX_NAME_CHARS && NAME_PATTERN.test(text)

/** Letters, digits and what ids of either protocol have beside them. */
const isId = (text: string): boolean => /^[\w:.-]{1,255}$/.test(text)

const isWord = (text: string): boolean => /^[a-zA-Z]{1,40}$/.test(text)

type Target = (parts: readonly string[]) => string | undefined

/** By the word behind the slashes; each gives the page's own address, or undefined where the rest is not right. */
const targets: Readonly<Record<string, Target>> = {
  topic: ([topic = '', ...more]) =>
    isName(topic) && more.length === 0 ? `/topics?topic=${encodeURIComponent(topic)}` : undefined,
  group: ([group = '', ...more]) =>
    isName(group) && more.length === 0 ? `/groups?group=${encodeURIComponent(group)}` : undefined,
  message: ([topic = '', id = '', ...more]) =>
    isName(topic) && isId(id) && more.length === 0
      ? `/messages/browse?topic=${encodeURIComponent(topic)}&id=${encodeURIComponent(id)}`
      : undefined,
  page: ([page = '', tab, ...more]) =>
    isWord(page) && (tab === undefined || isWord(tab)) && more.length === 0
      ? `/${[page, ...(tab === undefined ? [] : [tab])].join('/')}`
      : undefined
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // not text: no name
  }
}

/** Where in the window a link leads; undefined for anything that is not one of ours. */
export const pageOfDeepLink = (link: string): string | undefined => {
  if (link.length > MAX_LINK_CHARS || !URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== DEEP_LINK_SCHEME || url.search !== '' || url.hash !== '') return undefined
  const target = Object.hasOwn(targets, url.host) ? targets[url.host] : undefined
  return target?.(url.pathname.split('/').slice(1).map(decoded)) // prettier-ignore
}

/** The link among a program's words; the window's own address is none. */
export const deepLinkIn = (words: readonly string[]): string | undefined =>
  words.find((word) => word.startsWith(`${DEEP_LINK_SCHEME}//`) && !word.startsWith(APP_ORIGIN))
