/** Another cluster by a saved connection: added, tested, looked at, changed, lost and left. */
import { startHeadless, type Headless } from '../tests/headless'
import { expect, test as base } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { ConnectionsPage } from './pages/connections'
import { overflow } from './pages/overflow'

const test = base.extend<{ there: Headless }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what is used
  there: async ({}, use) => {
    const there = await startHeadless()
    await use(there)
    await there.stop()
  }
})

test('a cluster is added, tested, looked at and left again', async ({ app, there }, testInfo) => {
  const { page } = app
  const connections = new ConnectionsPage(page)
  const [namesrv] = there.ready.namesrv
  await connections.open()
  await expect(page.getByTestId('no-connections')).toBeVisible()
  expect(await accessibilityProblems(page)).toEqual([])

  await page.getByTestId('connection-add').click()
  await connections.fill({ name: '测试 <b>cluster</b>', addresses: 'nowhere' })
  await expect(connections.dialog).toContainText('nowhere is no host:port.')
  await expect(connections.dialog.getByTestId('dialog-confirm')).toBeDisabled()
  await connections.fill({ addresses: `${namesrv!};127.0.0.1:1` })
  await connections.dialog.getByTestId('connection-form-test').click()
  const tested = connections.dialog.getByTestId('connection-test')
  await expect(tested).toContainText('Not everything answers.')
  await expect(tested).toContainText('broker-a:0')
  await expect(tested.locator('[data-code="NAMESRV_UNREACHABLE"]')).toBeVisible()
  expect(await accessibilityProblems(page)).toEqual([])
  await connections.fill({ addresses: namesrv! })
  await connections.save()

  const card = connections.card('测试 <b>cluster</b>')
  await card.getByTestId('connection-test-saved').click()
  await expect(card.getByTestId('connection-test')).toContainText('Everything answers.')
  await card.getByTestId('connection-use').click()
  await expect(connections.banner).toContainText('测试 <b>cluster</b>')
  await expect(page.getByTestId('connection-switch')).toContainText('测试 <b>cluster</b>')

  // What is done now is done there.
  await app.open('topics')
  await app.topics.create('MadeElsewhere')
  await app.open('traffic')
  await expect(page.getByTestId('local-only')).toBeVisible()
  expect(await accessibilityProblems(page)).toEqual([])

  await app.open('cluster')
  await expect(page.getByTestId('tab-design')).toBeHidden()
  const row = page.getByTestId('broker-row-broker-a:0')
  await expect(row).toContainText(there.ready.brokers[0]!.address)
  await expect(row).toContainText('V5_3_3')
  await testInfo.attach('another cluster, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(connections.banner).toContainText('此处看到的内容和所做的操作都属于这个集群。')
  expect(await accessibilityProblems(page)).toEqual([])
  await testInfo.attach('another cluster, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.getByTestId('toggle-language').click()

  await page.getByTestId('external-leave').click()
  await expect(connections.banner).toBeHidden()
  await app.open('topics')
  await expect(page.getByTestId('topic-row-MadeElsewhere')).toBeHidden()
})

test('properties, write permission and values of nameservers are changed over the wire', async ({
  app,
  there
}) => {
  const { page } = app
  const connections = new ConnectionsPage(page)
  await connections.open()
  await page.getByTestId('connection-add').click()
  await connections.fill({ name: 'Other', addresses: there.ready.namesrv[0]! })
  await connections.save()
  await connections.switchTo('Other')
  await expect(connections.banner).toContainText('Other')
  await app.open('cluster')
  const row = page.getByTestId('broker-row-broker-a:0')

  await row.getByLabel('Status of broker-a:0').click()
  const pairs = page.getByTestId('pairs')
  await pairs.getByLabel('Filter').fill('bootTimestamp')
  await expect(pairs.getByTestId('pair-bootTimestamp')).toHaveText(/^\d{13}$/)
  await page.keyboard.press('Escape')
  await expect(pairs).toBeHidden()

  await row.getByLabel('Config of broker-a:0').click()
  await pairs.getByLabel('Filter').fill('maxMessageSize')
  await pairs.getByLabel('Change maxMessageSize').click()
  await pairs.getByLabel('maxMessageSize', { exact: true }).fill('1048576')
  expect(await accessibilityProblems(page)).toEqual([])
  await pairs.getByTestId('pairs-save').click()
  await expect(pairs.getByTestId('pair-maxMessageSize')).toHaveText('1048576')
  await pairs.getByLabel('Change maxMessageSize').click()
  await pairs.getByLabel('maxMessageSize', { exact: true }).fill('not a number')
  await pairs.getByTestId('pairs-save').click()
  await expect(pairs.getByTestId('problem')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(pairs).toBeHidden()

  await row.getByLabel('Stop producers writing to broker-a').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(row).toContainText('No writes')
  await row.getByLabel('Let producers write to broker-a again').click()
  await expect(row).not.toContainText('No writes')

  await page.getByTestId('tab-nameservers').click()
  await expect(page.getByTestId('kv-none')).toBeVisible()
  await page.getByTestId('kv-add').click()
  await connections.dialog.getByLabel('Key', { exact: true }).fill('Ordered')
  await connections.dialog.getByLabel('Value', { exact: true }).fill('broker-a:4')
  await connections.save()
  const entry = page.getByTestId('kv-Ordered')
  await expect(entry).toContainText('broker-a:4')
  expect(await accessibilityProblems(page)).toEqual([])
  await entry.getByLabel('Delete Ordered').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(page.getByTestId('kv-none')).toBeVisible()
  await page.getByText('Config', { exact: false }).first().click()
  await expect(pairs.getByTestId('pair-listenPort')).toBeVisible()
})

test('a cluster that goes away while it is looked at is told, retried and deleted', async ({
  app,
  there
}) => {
  const { page } = app
  const connections = new ConnectionsPage(page)
  await connections.open()
  await page.getByTestId('connection-add').click()
  await connections.fill({ name: 'Fragile', addresses: there.ready.namesrv[0]! })
  await connections.save()
  await connections.card('Fragile').getByTestId('connection-use').click()
  await expect(connections.banner).toContainText('Fragile')
  await there.stop()
  await expect(page.getByTestId('external-problem')).toContainText('cannot be reached')
  expect(await accessibilityProblems(page)).toEqual([])
  await page.getByTestId('external-retry').click()
  await expect(page.getByTestId('external-problem')).toContainText('cannot be reached')

  await connections.card('Fragile').getByLabel('Delete Fragile').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(connections.banner).toBeHidden()
  await app.open('cluster')
  await expect(page.getByTestId('tab-design')).toBeVisible()
  await expect(app.status).toContainText('Cluster running')
})
