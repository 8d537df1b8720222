/** Configuration of brokers and nameservers: form, file, import, comparison and history. */
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

const BROKER = 'broker-a:0'

test('the form says what acts at once and what waits, and a restart applies it', async ({
  app
}, testInfo) => {
  const { page, config } = app
  await config.open()
  await config.set('regionId', 'R2')
  await expect(config.saved).toContainText('In effect now: regionId.')
  await expect(config.waiting).toBeHidden()

  await config.search('defaultTopicQueueNums')
  const property = config.property('defaultTopicQueueNums')
  await expect(property).toContainText('Queues a topic gets when it is created')
  await property.getByRole('textbox').fill('5000')
  await expect(property.getByRole('alert')).toContainText('Outside the allowed range')
  await expect(config.tab.getByTestId('config-save')).toBeDisabled()
  await property.getByRole('textbox').fill('4')
  await page.keyboard.press('Control+s')
  await expect(config.waiting).toContainText('wait for the next start: defaultTopicQueueNums.')
  await testInfo.attach('form', { body: await page.screenshot(), contentType: 'image/png' })
  await config.waiting.getByRole('button', { name: 'Restart now' }).click()
  await expect(config.waiting).toBeHidden({ timeout: 30_000 })
  await expect(property).not.toContainText('Waits for restart')

  // What only RocketMQ knows is there for whoever looks for it.
  await config.search('sendMessageThreadPoolNums')
  await expect(config.property('sendMessageThreadPoolNums')).toContainText('No effect here')
})

test('a file is imported, judged line by line, corrected and saved; undone, all is as before', async ({
  app
}, testInfo) => {
  const { page, config } = app
  await config.open()
  await config.import(
    'broker.conf',
    [
      '# production',
      'brokerName=broker-x',
      'regionId = R3',
      'mappedFileSizeCommitLog=1048576',
      'useEpollNativeSelector=true',
      'maxMesageSize=2048',
      ''
    ].join('\n')
  )
  await expect(config.tab.getByTestId('config-imported')).toContainText('not saved yet')
  const notes = config.tab.getByTestId('config-notes')
  await expect(notes).toContainText('brokerName is decided by the cluster and stays broker-a.')
  await expect(notes).toContainText('Did you mean maxMessageSize?')
  await expect(config.tab.getByTestId('config-summary')).toHaveText(
    '2 take effect · 1 kept without effect here · 1 left out · 1 refused'
  )
  await expect(config.tab.getByTestId('config-save')).toBeDisabled()
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await testInfo.attach('file, light', { body: await page.screenshot(), contentType: 'image/png' })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(notes).toContainText('是否想写 maxMessageSize？')
  await testInfo.attach('file, dark', { body: await page.screenshot(), contentType: 'image/png' })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()

  // Unsaved work outlives a look at another page.
  await app.open('topics')
  await app.open('cluster')
  await config.open()
  await config.show('text')
  await config.tab.getByTestId('config-comment-out').click()
  await expect(config.editor).toContainText('# maxMesageSize=2048')
  await config.editor.focus()
  await page.keyboard.press('Control+s')
  await expect(config.saved).toContainText('regionId')
  await expect(config.waiting).toContainText('mappedFileSizeCommitLog')
  await expect(config.editor).toContainText('brokerName=broker-a')

  await config.show('compare')
  await expect(config.tab.getByTestId('compare-view')).toContainText('regionId=DefaultRegion')
  await expect(config.tab.getByTestId('compare-view')).toContainText('regionId=R3')
  await testInfo.attach('compare', { body: await page.screenshot(), contentType: 'image/png' })

  await config.show('history')
  await expect(config.tab.getByTestId('version-2').getByTestId('by-import')).toBeVisible()
  await expect(config.tab.getByTestId('version-2')).toContainText('regionId')
  await config.tab.getByRole('button', { name: 'Go back to version 1' }).click()
  await page.getByTestId('dialog-confirm').click()
  await expect(config.tab.getByTestId('version-3').getByTestId('by-undo')).toBeVisible()
  await expect(config.waiting).toBeHidden()
  await testInfo.attach('history', { body: await page.screenshot(), contentType: 'image/png' })
  await config.show('compare')
  await expect(config.tab.getByTestId('compare-same')).toBeVisible()
})

test('the file is edited with the keyboard and downloaded', async ({ app }) => {
  const { page, config } = app
  await app.cluster.openProperties(BROKER)
  await config.show('text')
  await config.editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('# ours\ntraceOn = false\n')
  await expect(config.tab.getByTestId('config-status')).toContainText('changes one value')
  await page.keyboard.press('Control+s')
  await expect(config.saved).toContainText('In effect now: traceOn.')
  const downloading = page.waitForEvent('download')
  await config.tab.getByRole('button', { name: 'Download' }).click()
  expect((await downloading).suggestedFilename()).toBe('broker-a.conf')
})

test('a nameserver is configured too', async ({ app }) => {
  const { config } = app
  await config.open()
  await config.choose('namesrv:')
  await config.search('waitSecondsForService')
  await config.property('waitSecondsForService').getByRole('textbox').fill('7')
  await config.save()
  await expect(config.saved).toContainText('In effect now: waitSecondsForService.')
  await config.set('scanNotActiveBrokerInterval', '1000')
  await expect(config.waiting).toContainText('scanNotActiveBrokerInterval')
})
