/** Things that go wrong on purpose, from the window: set, seen by clients, undone. */
import { expect, test } from './fixture'
import { FaultsTab } from './pages/faults'
import { overflow } from './pages/overflow'

test.use({ flags: ['--preset', '2m-noslave'] })

const A = 'broker-a:0'
const B = 'broker-b:0'

test('a frozen broker is seen by clients, and healed with everything else', async ({
  app
}, testInfo) => {
  const { page } = app
  const faults = new FaultsTab(page)
  await faults.open()
  await expect(page.getByTestId('active-faults')).toContainText('Nothing.')
  await expect(faults.seen).toContainText(/[1-9] sent/)

  await faults.choose(A, 'Freeze')
  await expect(faults.active).toHaveText([/broker-a:0 is frozen/])
  await expect(faults.node(A)).toContainText('Frozen')
  await faults.see('broker-a')
  await expect(faults.seen).toContainText('TIMEOUT')
  await faults.see('broker-b')
  await expect(faults.seen).toContainText('0 failed')

  await faults.choose(B, 'Link')
  await faults.dialog.getByText('Delay', { exact: true }).click()
  await faults.dialog.getByLabel('Delay each way, ms').fill('120')
  await faults.confirm()
  await expect(faults.active).toContainText([
    'broker-a:0',
    'Slow, 120 ± 50 ms: broker-b:0 ↔ clients'
  ])
  await expect(faults.seen).toContainText(/slowest [1-9]\d\d ms/)
  await faults.see('All')
  await testInfo.attach('faults, en light', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })

  await faults.healAll()
  await expect(faults.active).toHaveCount(0)
  await expect(faults.node(A)).toContainText('Running')
  await expect(faults.events).toContainText('Over: broker-a:0 is frozen.')
  await faults.see('broker-a')
  await expect(faults.seen).toContainText(/[1-9] sent0 failed/)
})

test('a killed broker is started again by its undo', async ({ app }) => {
  const faults = new FaultsTab(app.page)
  await faults.open()
  await faults.choose(A, 'Kill')
  await expect(faults.node(A)).toContainText('Crashed')
  await expect(faults.events).toContainText('broker-a:0: Crashed')
  await faults.active.getByRole('button', { name: /^Undo: broker-a:0 is killed/ }).click()
  await expect(faults.node(A)).toContainText('Running')
  await expect(faults.active).toHaveCount(0)
})

test('disks and clocks are asked for their figures, and nothing is set that would change nothing', async ({
  app
}, testInfo) => {
  const { page } = app
  const faults = new FaultsTab(page)
  await faults.open()
  await faults.choose(A, 'Slow disk')
  for (const name of ['Each write, ms', 'Each flush, ms'])
    await faults.dialog.getByLabel(name).fill('0')
  await faults.dialog.getByLabel('Each read, ms').click()
  await expect(page.getByTestId('dialog-confirm')).toBeDisabled()
  await faults.dialog.getByLabel('Each flush, ms').fill('300')
  await faults.confirm()
  await faults.choose(A, 'Full disk')
  await faults.confirm()
  await faults.choose(A, 'Wrong clock')
  await faults.dialog.getByLabel('Seconds ahead; behind below 0').fill('-30')
  await faults.confirm()
  await expect(faults.active).toContainText([
    'slow: 0 ms a read, 0 a write, 300 a flush',
    'is full after',
    'The clock of broker-a:0 is 30 s behind'
  ])
  await faults.see('broker-a')
  await expect(faults.seen).toContainText('SERVICE_NOT_AVAILABLE')

  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('active-faults')).toContainText('人为故障')
  await testInfo.attach('faults, zh dark', {
    body: await page.screenshot(),
    contentType: 'image/png'
  })
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})

test('a broker stops taking messages, and takes them again', async ({ app }) => {
  const { page } = app
  const card = app.cluster.node(A)
  const notice = card.getByTestId('write-withdrawn')
  await card.getByRole('button', { name: `Stop ${A} taking messages` }).click()
  await expect(notice).toBeVisible()
  await app.open('topics')
  await app.topics.create('Elsewhere')
  await page.getByTestId('menu-cluster').click()
  // A topic that is new on the broker is registered with all its permissions.
  await expect(notice).toBeHidden()
  await card.getByRole('button', { name: `Stop ${A} taking messages` }).click()
  await notice.getByRole('button', { name: 'Take messages again' }).click()
  await expect(notice).toBeHidden()
})
