/** The cluster's clock in the window: paused, set ahead, faster, and told on every page while it is not real time. */
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

test('the clock is paused and set ahead, and every page says so', async ({ app }, testInfo) => {
  const { page } = app
  const banner = page.getByTestId('clock-banner')
  const state = page.getByTestId('clock-state')
  await expect(state).toHaveText('Real time')
  await expect(banner).toBeHidden()

  await page.getByTestId('clock-pause').click()
  await expect(state).toHaveText('Paused')
  await expect(banner).toContainText('Paused')
  await page.getByTestId('clock-step-hour').click()
  await page.getByTestId('clock-step-hour').click()
  await expect(page.getByTestId('clock-distance')).toHaveText(
    /^(1 h 5\d min|2 h) ahead of this machine$/
  )
  const shown = await page.getByTestId('clock-time').textContent()

  // What is sent now carries the time of that clock.
  await app.open('topics')
  await app.topics.create('Later')
  await app.open('messages')
  await app.messages.send({ topic: 'Later', body: 'from the future' })
  await expect(app.messages.result).toContainText('Stored by the broker')
  await app.messages.browse('Later')
  await expect(page.locator('[data-testid^="message-row-"]').first()).toContainText(shown!.trim())
  await expect(banner).toContainText(shown!.trim())

  await banner.getByRole('link').click()
  await testInfo.attach('clock, light', { body: await page.screenshot(), contentType: 'image/png' })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(banner).toContainText('本窗口中的消息时间均为集群时间。')
  await testInfo.attach('clock, dark', { body: await page.screenshot(), contentType: 'image/png' })
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await page.getByTestId('toggle-language').click()

  // Time never goes back: at normal speed again it stays ahead.
  await page.getByTestId('clock-real').click()
  await expect(state).toHaveText('1×')
  await expect(page.getByTestId('clock-real')).toBeHidden()
  await expect(page.getByTestId('clock-distance')).toContainText('ahead of this machine')
})

test('a clock that was paused catches up, and one that runs fast is slowed down', async ({
  app
}) => {
  const { page } = app
  const state = page.getByTestId('clock-state')
  await page.getByTestId('clock-pause').click()
  await expect(page.getByTestId('clock-distance')).toHaveText(/s behind this machine$/)
  await expect(page.getByTestId('clock-real')).toBeVisible()
  await page.getByTestId('clock-real').click()
  await expect(state).toHaveText('Real time')
  await expect(page.getByTestId('clock-banner')).toBeHidden()

  await page.getByTestId('clock').getByText('3600×').click()
  await expect(state).toHaveText('3600×')
  await expect(page.getByTestId('clock-distance')).toHaveText(/^\d+ h.* ahead of this machine$/)
  await page.getByTestId('clock').getByText('1×', { exact: true }).click()
  await expect(state).toHaveText('1×')
})
