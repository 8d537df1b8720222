import { expect, test } from 'vitest'
import { deepLinkIn, MAX_LINK_CHARS, pageOfDeepLink } from './deepLink'

test.each([
  ['gantry://topic/Orders', '/topics?topic=Orders'],
  ['gantry://topic/%25RETRY%25Buyers', '/topics?topic=%25RETRY%25Buyers'],
  ['gantry://group/Buyers', '/groups?group=Buyers'],
  ['gantry://message/Orders/7F000001ABCD', '/messages/browse?topic=Orders&id=7F000001ABCD'],
  ['gantry://page/cluster/faults', '/cluster/faults'],
  ['gantry://page/traffic', '/traffic']
])('%s leads to %s', (link, page) => {
  expect(pageOfDeepLink(link)).toBe(page)
})

test.each([
  ['another scheme', 'https://topic/Orders'],
  ['the page itself', 'gantry://console/'],
  ['an unknown word', 'gantry://delete/Orders'],
  ['a word of every object', 'gantry://constructor/Orders'],
  ['no name', 'gantry://topic/'],
  ['a name no broker takes', 'gantry://topic/a%20b'],
  ['a script', 'gantry://topic/%3Cscript%3E'],
  ['a way out', 'gantry://page/..%2F..%2Fetc'],
  ['too many parts', 'gantry://topic/a/b'],
  ['a query', 'gantry://topic/Orders?create=1'],
  ['a fragment', 'gantry://topic/Orders#/settings'],
  ['what cannot be decoded', 'gantry://topic/%E0%A4%A'],
  ['a long name', `gantry://topic/${'a'.repeat(256)}`],
  ['a long link', `gantry://topic/${'a'.repeat(MAX_LINK_CHARS)}`],
  ['no address', 'gantry:::']
])('%s opens nothing', (_name, link) => {
  expect(pageOfDeepLink(link)).toBeUndefined()
})

test('a link is found among the words of a start', () => {
  expect(deepLinkIn(['/opt/gantry', '--data', 'x', 'gantry://topic/T'])).toBe('gantry://topic/T')
  expect(deepLinkIn(['/opt/gantry', 'gantry://console/#/topics'])).toBeUndefined()
})
