import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'

test('settings say what scripts need, and what only the desktop has', async ({ app }) => {
  const { page, host } = app
  await page.setViewportSize({ width: 1024, height: 700 })
  for (const round of ['en-light', 'zh-dark']) {
    if (round === 'zh-dark') {
      await page.getByTestId('toggle-theme').click()
      await page.getByTestId('toggle-language').click()
    }
    await app.open('settings')
    const developer = page.getByTestId('developer-card')
    await expect(developer).toContainText(`gantry topicList -n '${host.namesrv}'`)
    await expect(page.getByTestId('desktop-card')).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByTestId('desktop-card').scrollIntoViewIfNeeded()
    await page.screenshot({ path: test.info().outputPath(`settings-${round}.png`) })
  }
})

test('the description of the API opens from the page, by its cookie', async ({ app }) => {
  test.skip(app.host.kind === 'electron', 'the desktop application has no HTTP API')
  const { page } = app
  await app.open('settings')
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByTestId('openapi-link').click()
  ])
  await opened.waitForLoadState()
  expect(await opened.textContent('body')).toContain('"openapi":"3.1.0"')
})
