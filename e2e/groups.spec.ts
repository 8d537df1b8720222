import { runScript } from '../tests/compat/node/scripts'
import { accessibilityProblems } from './pages/accessibility'
import { expect, test } from './fixture'
import { overflow } from './pages/overflow'

test('a group is created, shows its lag and members, and is deleted when nobody is online', async ({
  app,
  clients
}) => {
  await clients.createTopic('Orders', 4)
  await app.open('groups')
  await app.groups.create('GID_idle')
  await expect(app.groups.row('GID_idle')).toBeVisible()

  const consumer = await clients.consume('Orders', 'GID_busy')
  await clients.produce('Orders', 12, 'm')
  await consumer.until((lines) => lines.filter((line) => line.body !== undefined).length >= 12)
  await app.open('cluster')
  await app.open('groups')
  await expect(app.groups.row('GID_busy')).toBeVisible()
  const drawer = await app.groups.openDetail('GID_busy')
  await expect(drawer).toContainText('Orders')
  await drawer.getByText('Members (1)').click()
  await expect(drawer).toContainText('JAVA')
  await app.page.keyboard.press('Escape')

  await app.groups.delete('GID_idle')
  await expect(app.groups.row('GID_idle')).toBeHidden()
})

test('members that want different things are told apart as they join, side by side', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  await clients.createTopic('Orders', 4)
  const join = (subscription: string) =>
    runScript('aliOnsConsumer.cjs', {
      ...{ namesrv: app.host.namesrv, topic: 'Orders', group: 'GID_split' },
      subscription
    })
  const members = [join('TagA'), join('TagB')]
  try {
    await page.getByTestId('notice-bell').click()
    await expect(page.getByTestId('notice-SUBSCRIPTIONS_DIFFER')).toContainText('GID_split')
    await page.keyboard.press('Escape')
    await app.open('groups')
    await expect(app.groups.row('GID_split')).toContainText('Differ')
    await app.groups.openDetail('GID_split')
    await app.groups.tab('Consistency')
    const difference = page.getByTestId('difference-Orders')
    await expect(difference).toContainText('TagA')
    await expect(difference).toContainText('TagB')
    expect(await accessibilityProblems(page)).toEqual([])

    // The picture: four queues, two members; with three of them one has two queues.
    await app.groups.tab('Rebalance')
    await expect(
      page.getByTestId('shares-now').getByText('2', { exact: true }).first()
    ).toBeVisible()
    await page.getByLabel('Members', { exact: true }).fill('5')
    await page.getByLabel('Members', { exact: true }).blur()
    await expect(page.getByTestId('idle-members')).toBeVisible()
    expect(await accessibilityProblems(page)).toEqual([])
    await testInfo.attach('rebalance, light', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    await page.keyboard.press('Escape')
    await page.getByTestId('toggle-language').click()
    await page.getByTestId('toggle-theme').click()
    await testInfo.attach('groups, zh dark', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    await page.setViewportSize({ width: 1024, height: 700 })
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])
  } finally {
    for (const member of members) await member.stop()
  }
})

test('a group is paused and resumed, its ladder drawn, a topic popped', async ({
  app,
  clients
}) => {
  const { page } = app
  await clients.createTopic('Orders', 2)
  const consumer = await clients.consume('Orders', 'GID_calm')
  await app.open('groups')
  await app.groups.openDetail('GID_calm')
  await page.getByTestId('pause').click()
  await page.getByTestId('dialog-confirm').click()
  await expect(app.groups.drawer).toContainText('Paused')
  await clients.produce('Orders', 3, 'm')
  await expect(page.getByTestId('group-lag')).toContainText('3')
  await page.getByTestId('pause').click()
  await consumer.until((lines) => lines.filter((line) => line.body !== undefined).length >= 3)

  await app.groups.tab('Pop')
  const topic = page.getByTestId('pop-Orders')
  await topic.getByText('PULL').click()
  await page.getByText('POP', { exact: true }).last().click()
  await topic.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Orders is consumed by POP now')).toBeVisible()

  await app.groups.drawer.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByTestId('dialog')
  await dialog.getByLabel('Most retries').fill('2')
  await dialog.getByLabel('Most retries').blur()
  await expect(dialog.getByTestId('retry-ladder')).toContainText('40 s after the first attempt')
  await page.getByTestId('dialog-confirm').click()
  await dialog.waitFor({ state: 'hidden' })
  await app.groups.tab('Settings')
  await expect(app.groups.drawer.getByTestId('retry-ladder')).toContainText('30 s')
})
