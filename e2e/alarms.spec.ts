/** A rule is written, tried, fires, is seen, muted and ends. */
import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { AlarmsPage } from './pages/alarms'
import { overflow } from './pages/overflow'

test('a group that falls behind fires, is told in the bell, and ends when it catches up', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const alarms = new AlarmsPage(page)
  await clients.createTopic('Orders', 2)
  await clients.produce('Orders', 1, 'order')
  const first = await clients.consume('Orders', 'GID_shop')
  await first.until((lines) => lines.some((line) => line.body !== undefined))
  await first.stop()

  await app.open('alarms')
  await expect(page.getByText('No rule yet.')).toBeVisible()
  await expect(page.getByText('No rule has fired.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Use: A disk gets full' })).toBeVisible()

  await alarms.writeLag('Shop is behind', 'GID_shop', 5, 1)
  await alarms.test()
  await expect(alarms.outcome).toContainText('No: the value is')
  await alarms.save()
  await expect(alarms.rule(1)).toContainText('Well')
  await clients.produce('Orders', 30, 'order')
  await expect(alarms.rule(1)).toContainText('Fires')
  await expect(alarms.firing(1)).toContainText('fires')
  await page.getByTestId('notice-bell').click()
  await expect(page.getByTestId('notice-ALARM_LAG')).toContainText('GID_shop is behind')
  await page.keyboard.press('Escape')
  await alarms.firing(1).getByRole('button', { name: 'Mark Shop is behind as seen' }).click()
  await expect(alarms.firing(1)).toContainText('Seen 2')
  await alarms.mute(1, 'For an hour')
  await expect(alarms.rule(1)).toContainText('Muted until')
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('alarms, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })

  await clients.consume('Orders', 'GID_shop')
  await expect(alarms.firing(1)).toContainText('back to normal', { timeout: 40_000 })
  await alarms.rule(1).getByRole('switch').click()
  await expect(alarms.rule(1)).toContainText('Off')

  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('alarm-history')).toContainText('恢复正常')
  await page.setViewportSize({ width: 1024, height: 700 })
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('alarms, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  expect(await accessibilityProblems(page)).toEqual([])
  await alarms.rule(1).getByRole('button', { name: '删除 Shop is behind' }).click()
  await page.getByTestId('dialog-confirm').click()
  await expect(alarms.rule(1)).toHaveCount(0)
})
