/** How the cluster was: figures of now, a chart of what was, and who is first. */
import { readFileSync } from 'node:fs'
import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'
import { StatisticsPage } from './pages/statistics'

test('what was sent is in the figures, the chart, the rankings and the files', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const statistics = new StatisticsPage(page)
  await clients.createTopic('Orders', 4)
  await clients.produce('Orders', 40, 'order')
  const consumer = await clients.consume('Orders', 'GID_shop')
  await app.open('statistics')
  await expect(statistics.chart).toBeVisible()
  await expect(statistics.history).toContainText('one value a second')
  await expect(statistics.broker('broker-a:0')).toContainText('40')
  await expect(statistics.now('memory')).toContainText('MiB')

  // Looked at once a minute; the ranking knows it after the second look.
  await clients.produce('Orders', 60, 'order')
  await expect(statistics.top('topics')).toContainText('Orders', { timeout: 80_000 })
  await statistics.top('topics').getByRole('button', { name: 'Show Orders in the chart' }).click()
  await expect(page.getByTestId('history-names')).toContainText('Orders')
  await expect(statistics.chart).toBeVisible()
  await clients.produce('Orders', 60, 'order')

  const csv = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save CSV' }).click()
  expect(readFileSync(await (await csv).path(), 'utf8')).toMatch(/^\ufeffTime,Orders\r\n2/)
  const picture = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save picture' }).click()
  const png = readFileSync(await (await picture).path())
  expect(png.subarray(1, 4).toString()).toBe('PNG')

  await statistics.choose('history-range', '24 h')
  await expect(statistics.history).toContainText('one value a minute')
  await statistics.choose('history-range', '10 min')
  await statistics.choose('history-scope', 'Cluster')
  await statistics.choose('history-metrics', 'Consumed')
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('statistics, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })

  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('statistics-now')).toContainText('堆积')
  await page.setViewportSize({ width: 1024, height: 700 })
  await expect.poll(() => overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('statistics, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  expect(await accessibilityProblems(page)).toEqual([])
  await consumer.stop()
})
