/** Clients of both protocols in one list: what they say of themselves, and ending their connections. */
import { runScript } from '../tests/compat/node/scripts'
import { accessibilityProblems } from './pages/accessibility'
import { expect, test } from './fixture'
import { ClientsPage } from './pages/clients'
import { overflow } from './pages/overflow'

test('remoting and gRPC clients are listed, asked and closed', async ({
  app,
  clients
}, testInfo) => {
  const { page } = app
  const list = new ClientsPage(page)
  await expect(app.cluster.state('proxy')).toHaveText('Running')
  const endpoints = (await page.getByTestId('grpc-address').textContent())!.trim()
  await clients.createTopic('Orders', 4)
  await app.open('clients')
  await expect(page.getByText('No client is connected')).toBeVisible()

  const consumer = await clients.consume('Orders', 'GID_remoting')
  const groups = { simple: 'GID_simple', push: 'GID_push' }
  const members = runScript('grpcMembers.cjs', { endpoints, topic: 'Orders', groups })
  try {
    await members.until((lines) => lines.some((line) => line['ready'] === true))
    await expect(list.row('GID_remoting')).toContainText('Remoting')
    await expect(list.row('GID_push')).toContainText('gRPC')
    await expect(list.row('GID_simple')).toContainText('Orders')
    await expect(list.rows).toHaveCount(4)
    await expect(list.row('Producer')).toContainText('NODE_JS')

    // Filters: the protocol, then a word.
    await page.getByRole('checkbox', { name: 'Remoting' }).click()
    await expect(list.rows).toHaveCount(3)
    await page.getByRole('checkbox', { name: 'Remoting' }).click()
    await page.getByLabel('Filter clients').fill('GID_push')
    await expect(list.rows).toHaveCount(1)
    await page.getByLabel('Filter clients').fill('')

    await list.inform(list.row('GID_push'))
    await expect(list.info).toContainText('pops from all of them')
    await list.askForStack()
    // The npm client has no threads to tell of; this is its own answer.
    await expect(page.getByTestId('stack')).toHaveText('mock stack')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await expect(list.info).toBeHidden()
    await testInfo.attach('clients, light', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    expect(await accessibilityProblems(page)).toEqual([])

    // Each comes back by itself, with its next heartbeat: the remoting client over another port, the gRPC client as a new session.
    const shown = async (group: string) => (await list.row(group).allTextContents())[0]
    const address = await shown('GID_remoting')
    await list.close(list.row('GID_remoting'))
    await expect
      .poll(async () => (await shown('GID_remoting')) ?? address, { timeout: 45_000 })
      .not.toBe(address)
    const since = await shown('GID_push')
    await list.close(list.row('GID_push'))
    await expect
      .poll(async () => (await shown('GID_push')) ?? since, { timeout: 45_000 })
      .not.toBe(since)

    await page.getByTestId('toggle-language').click()
    await page.getByTestId('toggle-theme').click()
    await expect(list.row('GID_push')).toContainText('消费者')
    await page.setViewportSize({ width: 1024, height: 700 })
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await testInfo.attach('clients, zh dark', {
      body: await page.screenshot(),
      contentType: 'image/png'
    })
    expect(await accessibilityProblems(page)).toEqual([])
  } finally {
    await members.stop()
  }
  await consumer.stop()
  await expect(page.getByText('没有客户端连接')).toBeVisible()
})
