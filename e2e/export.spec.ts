/** The cluster as files for Apache RocketMQ, looked at and taken away. */
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

test('every file is shown, copied and downloaded; the address goes into them', async ({
  app
}, testInfo) => {
  const { page } = app
  await app.open('topics')
  await app.topics.create('Orders')
  await app.open('cluster')
  await page.getByTestId('tab-export').click()
  const tab = page.getByTestId('export-tab')
  await expect(tab.getByTestId('export-count')).toContainText('One topic')
  await expect(tab.getByTestId('export-text')).toContainText('image: apache/rocketmq:5.3.3')
  await tab.getByTestId('export-file-mqadmin.sh').click()
  await expect(tab.getByTestId('export-text')).toContainText("-t 'Orders'")
  await tab.getByLabel('Address of the other machine').fill('10.0.0.5')
  await tab.getByTestId('export-file-conf/broker-a.conf').click()
  await expect(tab.getByTestId('export-text')).toContainText('brokerIP1=10.0.0.5')
  const downloading = page.waitForEvent('download')
  await tab.getByTestId('export-save').click()
  expect((await downloading).suggestedFilename()).toBe('broker-a.conf')

  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('export', { body: await page.screenshot(), contentType: 'image/png' })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(tab).toContainText('消息和消费位点不会导出')
  await testInfo.attach('export, dark', { body: await page.screenshot(), contentType: 'image/png' })
})
