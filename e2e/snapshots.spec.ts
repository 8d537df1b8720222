/** Saving the cluster, going on, going back, undoing that, branching and deleting. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixture'
import { SnapshotsTab } from './pages/snapshots'
import { overflow } from './pages/overflow'

test('the cluster is saved, goes on, goes back and forth again', async ({ app }, testInfo) => {
  const { page } = app
  const tab = new SnapshotsTab(page)
  await app.open('topics')
  await app.topics.create('Before')
  await tab.open()
  await expect(page.getByTestId('snapshots')).toContainText('There is no snapshot yet.')
  await tab.create('Before the test', 'with one topic')
  await expect(tab.row('Before the test')).toContainText('with one topic')
  await expect(tab.row('Before the test')).toContainText('1 nameserver, 1 broker')

  await app.open('topics')
  await app.topics.create('After')
  await tab.open()
  await tab.ask('Restore', 'Before the test')
  await expect(page.getByTestId('dialog')).toContainText('What came since is discarded')
  await tab.confirm()
  await app.open('topics')
  await expect(app.topics.row('Before')).toBeVisible()
  await expect(app.topics.row('After')).toBeHidden()

  // The present was kept first, so that it can be had back; without that the name must be typed.
  await tab.open()
  await tab.ask('Restore', 'Before “Before the test”')
  await page.getByTestId('snapshot-keep').click()
  await expect(page.getByTestId('dialog-confirm')).toBeDisabled()
  await page.getByTestId('dialog').getByRole('textbox').fill('Before “Before the test”')
  await tab.confirm()
  await app.open('topics')
  await expect(app.topics.row('After')).toBeVisible()

  await tab.open()
  await tab.ask('Branch', 'Before the test')
  await page.getByTestId('branch-name').locator('input').fill('What if')
  await tab.confirm()
  await expect(page.getByText('“What if” is among the saved clusters.')).toBeVisible()

  await testInfo.attach('snapshots, light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('snapshots')).toContainText('无需停止任何节点')
  await testInfo.attach('snapshots, dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})

test('a damaged snapshot is shown as such and can only be deleted', async ({ app }) => {
  const { page } = app
  const tab = new SnapshotsTab(page)
  await tab.open()
  await tab.create('Sound')
  writeFileSync(join(app.host.dataDir, 'snapshots', '1', 'manifest.json'), 'nonsense')
  await app.open('topics')
  await tab.open()
  await expect(tab.row('Snapshot 1')).toContainText('Damaged')
  await expect(page.getByRole('button', { name: 'Restore Snapshot 1' })).toBeHidden()
  await tab.ask('Delete', 'Snapshot 1')
  await tab.confirm()
  await expect(page.getByTestId('snapshots')).toContainText('There is no snapshot yet.')
})
