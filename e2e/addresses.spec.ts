/** The address doctor: what is shut and why, opened by a setting, with a warning as long as it is. */
import { networkInterfaces } from 'node:os'
import { expect, test } from './fixture'
import { AddressesTab } from './pages/addresses'
import { overflow } from './pages/overflow'

const lan = Object.values(networkInterfaces())
  .flatMap((entries = []) => entries)
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

test('an address is tested, opened and tested again', async ({ app }, testInfo) => {
  test.skip(lan === undefined, 'this machine has no address beyond loopback')
  const { page } = app
  const tab = new AddressesTab(page)
  await tab.open()
  await expect(tab.interface('127.0.0.1')).toContainText('This machine only')
  await expect(tab.interface(lan!)).toContainText('Not listening')
  await tab.test()
  await expect(tab.port('127.0.0.1', 'namesrv')).toContainText('reachable')
  await expect(tab.port(lan!, 'broker')).toContainText('refused')
  await expect(tab.interface(lan!).getByTestId('reason')).toContainText('does not listen')

  await tab.listenEverywhere()
  await expect(page.getByTestId('address-warning')).toContainText('read, send and delete')
  await tab.restartNodes()
  await expect(tab.interface(lan!)).toContainText('Listening')
  await tab.test()
  await expect(tab.port(lan!, 'broker')).toContainText('reachable')
  await expect(tab.interface(lan!).getByTestId('told')).toContainText(`${lan}:`)
  await expect(tab.interface(lan!).getByTestId('told')).toContainText('reachable')

  await testInfo.attach('addresses, light', {
    body: await page.screenshot({ fullPage: true }),
    contentType: 'image/png'
  })
  await page.getByTestId('toggle-language').click()
  await page.getByTestId('toggle-theme').click()
  await expect(page.getByTestId('address-warning')).toContainText('访问控制')
  await testInfo.attach('addresses, dark', {
    body: await page.screenshot({ fullPage: true }),
    contentType: 'image/png'
  })
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await overflow(page)).toBeLessThanOrEqual(0)
})
