/** A stock consumer that fails, and what a person does with what it gave up. */
import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { DeadLettersPage } from './pages/letters'
import { overflow } from './pages/overflow'

const LEVELS = Array.from({ length: 18 }, () => '1s').join(' ')
test.use({
  flags: ['--set', `messageDelayLevel=${LEVELS}`, '--set', 'autoCreateTopicEnable=false']
})

test('dead letters of a stock consumer are listed, sent again and exported', async ({
  app,
  clients
}, testInfo) => {
  // The stock client tries seventeen times before it gives up.
  test.slow()
  const { page } = app
  const letters = new DeadLettersPage(page)
  await app.open('deadLetters')
  await expect(page.getByText('No group has dead letters.')).toBeVisible()

  await clients.createTopic('Orders', 1)
  await clients.createTopic('Gone', 1)
  for (const group of ['GID_shop', 'GID_gone']) await clients.createGroup(group, 1)
  await clients.produce('Orders', 3, 'order')
  await clients.produce('Gone', 1, 'gone')
  const shop = await clients.consume('Orders', 'GID_shop', 1000)
  await clients.consume('Gone', 'GID_gone', 1000)

  await app.open('deadLetters')
  await expect(letters.group('GID_shop')).toContainText('3', { timeout: 30_000 })
  await expect(letters.group('GID_gone')).toContainText('1', { timeout: 30_000 })
  await shop.stop()
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(letters.count).toHaveText('4 shown, 4 in range, 0 not read yet')
  await expect(letters.row('GID_shop', 0)).toContainText('Orders')
  await expect(letters.row('GID_shop', 0)).toContainText('order')

  // One detail, as of any message.
  await letters.row('GID_shop', 2).click()
  await expect(page.getByTestId('fields')).toContainText('%DLQ%GID_shop')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('drawer')).toBeHidden()

  // A mixed batch: the topic of one is gone, and exactly that one is told and stays chosen.
  await app.open('topics')
  await app.topics.delete('Gone')
  await app.open('deadLetters')
  await expect(letters.count).toContainText('4 in range')
  for (const [group, offset] of [
    ['GID_shop', 0],
    ['GID_shop', 1],
    ['GID_gone', 0]
  ] as const)
    // prettier-ignore
    await letters.choose(group, offset)
  await letters.resend('topic')
  await expect(letters.outcome).toContainText('Sent again: 2. Failed: 1.')
  await expect(page.getByTestId('letter-failure')).toHaveCount(1)
  await expect(page.getByTestId('letter-failure')).toContainText('topic does not exist')
  await expect(page.getByTestId('letter-scope')).toHaveText('1 chosen')
  await expect(letters.row('GID_shop', 0).getByRole('img', { name: 'sent again' })).toBeVisible()

  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('dead letters, en light', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(letters.outcome).toContainText('重新发送成功 2 条，失败 1 条')
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('dead letters, zh dark', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.getByTestId('toggle-language').click()

  // Of one group, all in range: a table, and a sheet larger than what needs a worker.
  await letters.group('GID_shop').click()
  await expect(letters.count).toContainText('3 in range')
  const csv = (await letters.export('CSV')).toString('utf8')
  expect(csv.split('\r\n')).toHaveLength(4)
  expect(csv).toContain('GID_shop,Orders')
  expect((await letters.export('XLSX')).subarray(0, 2).toString()).toBe('PK')
  const json = JSON.parse((await letters.export('JSON')).toString('utf8')) as { body: string }[]
  expect(json.map(({ body }) => body.startsWith('order'))).toEqual([true, true, true])
})

test('only the group gets what is sent back to it, and a client that is asked says so', async ({
  app,
  clients
}) => {
  const { page } = app
  const letters = new DeadLettersPage(page)
  await clients.createTopic('Orders', 1)
  await clients.createGroup('GID_shop', 1)
  await clients.produce('Orders', 1, 'order')
  const failing = await clients.consume('Orders', 'GID_shop', 1000)
  await app.open('deadLetters')
  await expect(letters.group('GID_shop')).toContainText('1', { timeout: 30_000 })
  await failing.stop()
  const working = await clients.consume('Orders', 'GID_shop')
  await letters.group('GID_shop').click()
  await expect(letters.count).toContainText('1 in range')
  await letters.resend('group')
  await expect(letters.outcome).toContainText('Sent again: 1. Failed: 0.')
  await working.until((lines) => lines.some((line) => line.reconsumeTimes !== undefined))

  // The stock Node client does not know direct delivery; its silence is told, not hidden.
  await letters.row('GID_shop', 0).getByRole('button').click()
  const dialog = page.getByTestId('dialog')
  await expect(dialog.getByTestId('letter-client')).toContainText('@')
  await page.getByTestId('dialog-confirm').click()
  await expect(dialog.getByTestId('problem')).toBeVisible({ timeout: 20_000 })
  await page.keyboard.press('Escape')
})
