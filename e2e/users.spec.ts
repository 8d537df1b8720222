/** A user and a permission are made, a request is tested, and access control is switched on for real clients. */
import { systemClock } from '../src/main/base/clock'
import { silentLog } from '../src/main/base/log'
import { signedWith } from '../src/main/protocol/aclSignature'
import { RequestCode } from '../src/main/protocol/codes/requestCode'
import { RemotingClient } from '../src/main/remoting/client'
import { request, sendExt } from '../tests/cluster/broker/brokerTestbed'
import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'
import { UsersPage } from './pages/users'

test('users, permissions, a test of a request, and the switch', async ({ app }, testInfo) => {
  const { page } = app
  const users = new UsersPage(page)
  const send = async (accessKey?: string, secretKey = '') => {
    const client = new RemotingClient({
      clock: systemClock,
      log: silentLog,
      beforeRequest: signedWith(accessKey === undefined ? undefined : { accessKey, secretKey })
    })
    const asked = request(RequestCode.SEND_MESSAGE_V2, sendExt('Orders'), Buffer.from('x'))
    const address = `127.0.0.1:${app.host.brokerPort}`
    const { code, remark = '' } = await client.invoke(address, asked, 5000)
    client.close()
    return { code, remark }
  }
  await app.open('topics')
  await app.topics.create('Orders')

  await users.open()
  await expect(users.state).toContainText('Access control is off')
  await expect(page.getByText('There is no user yet.')).toBeVisible()
  expect(await accessibilityProblems(page)).toEqual([])

  await page.getByTestId('user-add').click()
  await users.dialog.getByLabel('User', { exact: true }).fill('a b')
  await expect(users.dialog).toContainText('No blanks, commas, slashes')
  await users.dialog.getByTestId('password-generate').click()
  await expect(users.dialog.getByLabel('Password', { exact: true })).toHaveValue(/^\w{24}$/)
  await expect(users.dialog.getByTestId('dialog-confirm')).toBeDisabled()
  expect(await accessibilityProblems(page)).toEqual([])
  await users.dialog.getByText('Cancel').click()
  await users.create('<i>eve', 'alice-secret')
  await expect(users.user('<i>eve')).toContainText('none')
  await users.create('alice', 'alice-secret')

  await users.grant('alice', 'Orders', ['Send', 'View'])
  await expect(users.user('alice')).toContainText('1 entry')
  await users.tab('policies')
  await expect(users.entry('alice', 'Topic:Orders')).toContainText('Allow')
  await users.entry('alice', 'Topic:Orders').click()
  await users.dialog.getByText('Deny', { exact: true }).click()
  expect(await accessibilityProblems(page)).toEqual([])
  await users.confirm()
  await expect(users.entry('alice', 'Topic:Orders')).toContainText('Deny')
  await users.entry('alice', 'Topic:Orders').click()
  await users.dialog.getByText('Allow', { exact: true }).click()
  await users.confirm()

  const result = await users.test('alice', 'Orders')
  await expect(result).toContainText('Allow')
  await expect(result).toContainText('By the entry Topic:Orders (Send, View) of the Custom policy.')
  await page.getByLabel('Name', { exact: true }).fill('Others')
  await page.getByTestId('test-run').click()
  await expect(result).toContainText('No entry matches, so it is denied.')
  expect(await accessibilityProblems(page)).toEqual([])

  expect((await send()).code).toBe(0)
  await page.getByTestId('access-switch').click()
  await users.dialog.getByLabel('Password', { exact: true }).fill('admin-secret')
  expect(await accessibilityProblems(page)).toEqual([])
  await users.confirm()
  await expect(users.state).toContainText('Access control is on')
  await expect(page.locator('.n-message')).toContainText('Access control is on')
  await page.getByTestId('access-restart-now').click()
  await expect(page.getByTestId('access-restart')).toBeHidden()
  const refused = await send()
  expect(refused).toMatchObject({ code: 16, remark: expect.stringContaining('signed requests only') }) // prettier-ignore
  expect((await send('alice', 'alice-secret')).code).toBe(0)
  expect((await send('alice', 'wrong')).code).toBe(16)
  expect((await send('admin', 'admin-secret')).code).toBe(0)

  await users.tab('users')
  await expect(users.user('admin')).toContainText('Everything')
  await testInfo.attach('users, en light', { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  await page.setViewportSize({ width: 1024, height: 700 })
  for (const tab of ['users', 'policies', 'test'] as const) {
    await users.tab(tab)
    expect(await overflow(page)).toBeLessThanOrEqual(0)
  }
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(users.state).toContainText('访问控制已开启')
  for (const tab of ['policies', 'test'] as const) {
    await users.tab(tab)
    expect(await accessibilityProblems(page)).toEqual([])
    await testInfo.attach(`${tab}, zh dark`, { body: await page.screenshot(), contentType: 'image/png' }) // prettier-ignore
  }
  await users.tab('users')
  await users.user('<i>eve').getByLabel('删除 <i>eve').click()
  await users.dialog.getByRole('textbox').fill('<i>eve')
  await users.confirm()
  await expect(users.user('<i>eve')).toBeHidden()
})
