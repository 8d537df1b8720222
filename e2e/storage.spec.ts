/** A small quota that fills up, a floor of free space that is broken, and what a person can do about it. */
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

const MIB = 1024 * 1024
const BROKER = 'broker-a:0'
/** Two fill a segment. */
const BODY = 4 * MIB - 1000
/** Far from now, so that nothing goes because of the hour. */
const DELETE_WHEN = String((new Date().getHours() + 12) % 24).padStart(2, '0')

test.describe('a store with a small quota', () => {
  test.use({
    flags: [
      ...['autoCreateTopicEnable=false', `gantryStoreQuota=${256 * MIB}`],
      ...['diskSpaceCleanForciblyRatio=30', 'mappedFileSizeCommitLog=8388608'],
      ...['cleanResourceInterval=1000', `deleteWhen=${DELETE_WHEN}`]
    ].flatMap((property) => ['--set', property])
  })

  test('shows what it takes, and tells when the oldest messages went', async ({ app, clients }) => {
    await expect(app.cluster.storage(BROKER)).toContainText(/ of 256 MiB/)
    await expect(app.page.getByTestId('storage-bar')).toHaveAttribute('data-level', 'calm')
    const empty = await app.cluster.openStorage(BROKER)
    await expect(empty).toContainText('None yet')
    await app.page.keyboard.press('Escape')

    await clients.createTopic('Big', 1)
    await clients.fill('Big', 26, BODY)
    await app.page.getByTestId('notice-bell').click()
    const notice = app.page.getByTestId('notice-STORE_CLEANED')
    await expect(notice).toHaveCount(1)
    await expect(notice).toContainText('Raise gantryStoreQuota to keep more.')
    await app.page.keyboard.press('Escape')

    // A deletion keeps the store below the mark it went over.
    await expect(app.page.getByTestId('storage-text')).toHaveText(
      /^(6\d|7\d)(\.\d)? MiB of 256 MiB$/
    )
    const drawer = await app.cluster.openStorage(BROKER)
    await expect(drawer.getByTestId('retention-rule')).toHaveText(
      `Messages are kept 72 hours, deleted at ${DELETE_WHEN}:00, and take at most 256 MiB.`
    )
    await expect(drawer).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(.* ago\)/)

    // Nothing is older than 72 hours; with 0 hours everything but the file being written is.
    await drawer.getByRole('button', { name: 'Delete expired now' }).click()
    await app.page.getByTestId('dialog-confirm').click()
    const result = drawer.getByTestId('delete-expired-result')
    await expect(result).toHaveText('Nothing to delete: no whole file has expired.')
    await drawer.getByRole('button', { name: 'Change retention' }).click()
    await app.config.property('fileReservedTime').getByRole('textbox').fill('0')
    await app.config.save()
    await expect(app.config.saved).toContainText('In effect now: fileReservedTime.')
    await app.cluster.openOverview()
    await app.cluster.openStorage(BROKER)
    await expect(drawer.getByTestId('retention-rule')).toContainText('kept 0 hours')
    await drawer.getByRole('button', { name: 'Delete expired now' }).click()
    await app.page.getByTestId('dialog-confirm').click()
    await expect(result).toHaveText(/^Deleted (5|6|7)\d(\.\d)? MiB of expired messages\.$/)
    await expect(app.page.getByTestId('storage-text')).toHaveText(/^\d(\.\d)? MiB of 256 MiB$/)
  })
})

test('sends refused for want of free space say why and what to change', async ({ app }) => {
  await app.cluster.openProperties(BROKER)
  await app.config.set('gantryMinFreeDiskSpace', String(2 ** 50))
  await expect(app.config.saved).toBeVisible()
  await app.cluster.openOverview()

  const refusal = app.cluster.node(BROKER).getByTestId('storage-refusal')
  await expect(refusal).toContainText('Sends are refused: too little free disk space', {
    timeout: 30_000
  })
  await expect(app.page.getByTestId('storage-bar')).toHaveAttribute('data-level', 'refused')
  await app.page.getByTestId('toggle-language').click()
  await expect(refusal).toContainText('拒绝发送：磁盘剩余空间不足')
  await app.page.getByTestId('toggle-language').click()
  // The engine's own words are there for whoever wants them.
  await refusal.getByText('Details').click()
  await expect(refusal).toContainText('gantryMinFreeDiskSpace=1125899906842624')
  await app.page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(app.page)).toBeLessThanOrEqual(0)
  await app.page.getByTestId('notice-bell').click()
  const notice = app.page.getByTestId('notice-SENDS_PAUSED')
  await expect(notice).toContainText('Free some disk space; sending resumes by itself.')
  await app.page.keyboard.press('Escape')

  // The button leads to the property that lifts it.
  await refusal.getByRole('button', { name: 'Change gantryMinFreeDiskSpace' }).click()
  const reset = { name: 'Reset gantryMinFreeDiskSpace to default' }
  await app.config.property('gantryMinFreeDiskSpace').getByRole('button', reset).click()
  await app.config.save()
  await expect(app.config.saved).toBeVisible()
  await app.cluster.openOverview()
  await expect(refusal).toBeHidden({ timeout: 30_000 })
  await expect(app.page.getByTestId('storage-bar')).toHaveAttribute('data-level', 'calm')
})
