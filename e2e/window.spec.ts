/** What holds for every page: both languages, both themes, small windows, hostile texts. */
import { expect, test } from './fixture'
import type { PageName } from './pages/app'
import { overflow } from './pages/overflow'

const pages: PageName[] = ['cluster', 'topics', 'groups', 'messages', 'traffic', 'settings']

test('every page opens in both languages and themes and fits 1024 × 700', async ({ app }) => {
  await app.page.setViewportSize({ width: 1024, height: 700 })
  const titles = new Map<string, Set<string>>()
  for (const round of [0, 1]) {
    for (const name of pages) {
      await app.open(name)
      const title = (await app.title.textContent())!
      titles.set(name, (titles.get(name) ?? new Set()).add(title))
      expect(await overflow(app.page), `${name} scrolls sideways`).toBeLessThanOrEqual(0)
      await expect(app.problem).toBeHidden()
    }
    if (round === 0) {
      await app.page.getByTestId('toggle-language').click()
      await app.page.getByTestId('toggle-theme').click()
    }
  }
  for (const [name, both] of titles)
    expect(both.size, `${name} has a title in each language`).toBe(2)
})

const payloads = [
  '<img src=x onerror="window.__pwned=1">',
  '<script>window.__pwned=1</script>',
  '{{constructor.constructor("window.__pwned=1")()}}',
  'javascript:window.__pwned=1',
  '"><svg onload=window.__pwned=1>',
  '\u202Egnp.exe',
  '${window.__pwned=1}'
]

test('hostile message bodies, keys and tags are text', async ({ app, clients }) => {
  await clients.createTopic('Hostile', 1)
  await app.open('traffic')
  await app.open('messages')
  for (const payload of payloads) {
    await app.messages.send({
      topic: 'Hostile',
      tag: payload.slice(0, 60),
      keys: payload,
      body: payload
    })
    await expect(app.messages.result).toContainText('Stored by the broker')
  }
  await app.messages.browse('Hostile')
  await app.messages.row('onerror').first().click()
  await expect(app.messages.detail).toContainText('<img src=x')
  expect(await app.page.evaluate('window.__pwned')).toBeUndefined()
})
