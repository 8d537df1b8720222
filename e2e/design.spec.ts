/** Clusters drawn, saved, run in each other's place and deleted in the window. */
import { expect, test } from './fixture'
import { DesignPage } from './pages/design'
import { overflow } from './pages/overflow'

test('a preset is drawn, changed, saved and run; the first cluster comes back with its messages', async ({
  app
}, testInfo) => {
  const { page } = app
  const design = new DesignPage(page)
  await app.open('topics')
  await app.topics.create('Kept')
  await app.open('cluster')
  await design.open()
  await expect(design.saved('single').getByTestId('running')).toBeVisible()
  await expect(design.node('broker-0')).toContainText('broker-a')

  await design.button('new-cluster').click()
  await testInfo.attach('gallery, light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await design.button('preset-2m-noslave').click()
  await expect(design.button('unsaved')).toBeVisible()
  await expect(design.node('broker-1')).toContainText('broker-b')
  await design.field('spec-name').fill('two masters')

  // A third one, undone and done again.
  await design.button('add-master').click()
  await expect(design.node('broker-2')).toContainText('broker-c')
  await design.button('undo').click()
  await expect(design.node('broker-2')).toBeHidden()
  await design.button('redo').click()
  await expect(design.node('broker-2')).toBeVisible()

  // Two brokers that want the same ports are told, and moved at a click.
  await design.node('broker-2').click()
  await design.field('port').fill('10931')
  await design.field('port').blur()
  await expect(design.port('broker-2', 'listen')).toContainText('broker-b:0')
  await design.button('next-free').click()
  await expect(design.port('broker-2', 'listen')).not.toContainText('broker-b:0')

  // A name twice cannot run; the problem leads to the node.
  await design.field('broker-name').fill('broker-b')
  await expect(design.problems).toContainText('another broker broker-b with brokerId 0')
  await expect(design.button('save-and-run')).toBeDisabled()
  await design.field('broker-name').fill('broker-z')
  await expect(design.problems).toBeHidden()

  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('tab-design')).toHaveText('设计')
  await page.setViewportSize({ width: 1024, height: 700 })
  await testInfo.attach('design, dark', {
    body: await page.screenshot({ fullPage: true }),
    contentType: 'image/png'
  })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()

  await design.button('save-and-run').click()
  await design.confirm()
  await expect(design.saved('two masters').getByTestId('running')).toBeVisible()
  await expect(design.button('unsaved')).toBeHidden()
  await page.getByTestId('tab-overview').click()
  for (const id of ['broker-a:0', 'broker-b:0', 'broker-z:0'])
    await expect(app.cluster.state(id)).toHaveText('Running')
  await app.open('topics')
  await expect(app.topics.row('Kept')).toBeHidden()

  await app.open('cluster')
  await design.open()
  await testInfo.attach('design, light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.getByRole('button', { name: 'Run single' }).click()
  await design.confirm()
  await expect(design.saved('single').getByTestId('running')).toBeVisible()
  await app.open('topics')
  await expect(app.topics.row('Kept')).toBeVisible()

  await app.open('cluster')
  await design.open()
  await page.getByRole('button', { name: 'Delete two masters' }).click()
  await expect(page.getByTestId('dialog-confirm')).toBeDisabled()
  await page.getByTestId('dialog').locator('input').fill('two masters')
  await design.confirm()
  await expect(design.saved('two masters')).toBeHidden()
})

test('a running cluster is changed by keyboard; its data is erased only when asked for', async ({
  app
}) => {
  const { page } = app
  const design = new DesignPage(page)
  await app.open('cluster')
  await design.open()
  await design.node('broker-0').focus()
  await page.keyboard.press('Enter')
  await expect(design.node('broker-0')).toHaveAttribute('aria-pressed', 'true')
  await design.button('add-master').focus()
  await page.keyboard.press('Enter')
  await expect(design.node('broker-1')).toHaveAttribute('aria-pressed', 'true')
  await design.button('save').click()
  await expect(page.getByTestId('steps')).toHaveText('Starts: broker-b:0')
  await design.confirm()
  await expect(design.button('unsaved')).toBeHidden()
  await page.getByTestId('tab-overview').click()
  await expect(app.cluster.state('broker-b:0')).toHaveText('Running')

  await design.open()
  await design.node('broker-1').focus()
  await page.keyboard.press('Delete')
  await expect(design.node('broker-1')).toBeHidden()
  await design.button('save').click()
  await expect(page.getByTestId('steps')).toHaveText('Stops: broker-b:0')
  await design.button('erase').click()
  await expect(page.getByTestId('dialog-confirm')).toBeDisabled()
  await page.getByTestId('dialog').locator('input[type=text]').fill('broker-b:0')
  await design.confirm()
  await expect(design.button('unsaved')).toBeHidden()
  await page.getByTestId('tab-overview').click()
  await expect(app.cluster.node('broker-b:0')).toBeHidden()
  await expect(app.cluster.state('broker-a:0')).toHaveText('Running')

  // What was drawn outlives a look elsewhere, and is given up only when that is said.
  await design.open()
  await design.button('add-nameserver').click()
  await page.getByTestId('tab-overview').click()
  await design.open()
  await expect(design.button('unsaved')).toBeVisible()
  await design.button('new-cluster').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(design.node('namesrv-1')).toBeVisible()
  await design.button('discard').click()
  await expect(design.node('namesrv-1')).toBeHidden()
})

test('a broker drawn to another becomes its slave', async ({ app }) => {
  const { page } = app
  const design = new DesignPage(page)
  await app.open('cluster')
  await design.open()
  await design.button('new-cluster').click()
  await design.button('preset-2m-noslave').click()
  await expect(design.node('broker-1')).toBeVisible()
  const handle = (key: string, side: string) =>
    page.locator(`.vue-flow__node[data-id="${key}"] .vue-flow__handle-${side}`)
  await handle('broker-0', 'bottom').dragTo(handle('broker-1', 'top'))
  await expect(design.node('broker-1')).toContainText('broker-a-s')
  await design.node('broker-1').click()
  await design.button('unwire').click()
  await expect(design.node('broker-1')).toContainText('broker-b')
})
