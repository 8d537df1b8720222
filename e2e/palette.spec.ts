import { expect, test } from './fixture'
import { accessibilityProblems } from './pages/accessibility'
import { overflow } from './pages/overflow'
import { Palette } from './pages/palette'

test('the palette goes to pages, topics and groups and runs actions, by keys alone', async ({
  app,
  clients
}) => {
  const { page } = app
  await page.setViewportSize({ width: 1024, height: 700 })
  await clients.createTopic('PaletteOrders', 1)
  await clients.consume('PaletteOrders', 'PaletteBuyers')
  const palette = new Palette(page)

  await palette.open()
  await expect(palette.input).toBeFocused()
  await page.keyboard.type('traf')
  await expect(palette.chosen).toHaveText(/Traffic/)
  await page.keyboard.press('Enter')
  await expect(palette.dialog).toBeHidden()
  await expect(app.title).toHaveText('Traffic')

  // While something is typed into a field, too.
  await palette.open()
  await page.keyboard.type('paletteord')
  await expect(palette.chosen).toContainText('PaletteOrders')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/topics\?topic=PaletteOrders$/)
  await page.keyboard.press('Escape')

  await palette.open()
  await page.keyboard.type('PaletteBuyers')
  await expect(palette.chosen).toContainText('PaletteBuyers')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/groups\?group=PaletteBuyers$/)
  await page.keyboard.press('Escape')

  await palette.open()
  const first = await palette.chosen.getAttribute('id')
  await page.keyboard.press('ArrowDown')
  await expect(palette.chosen).not.toHaveId(first!)
  await page.keyboard.press('ArrowUp')
  await expect(palette.chosen).toHaveId(first!)
  await page.keyboard.press('ArrowUp')
  await expect(palette.options.last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.type('no such thing at all')
  await expect(palette.dialog).toContainText('Nothing fits')
  await page.keyboard.press('Escape')
  await expect(palette.dialog).toBeHidden()

  await palette.take('new topic')
  await expect(page.getByTestId('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
})

test('the palette is accessible in both languages and themes', async ({ app }) => {
  const { page } = app
  await page.setViewportSize({ width: 1024, height: 700 })
  const palette = new Palette(page)
  for (const round of ['en-light', 'zh-dark']) {
    if (round === 'zh-dark') {
      // Each by its own entry: English first, while its word is known.
      await palette.take('dark theme')
      await palette.take('简体中文')
    }
    await palette.open()
    await page.keyboard.type('t')
    await expect(palette.options.first()).toBeVisible()
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    expect(await accessibilityProblems(page, '[data-testid="palette"]')).toEqual([])
    await page.screenshot({ path: test.info().outputPath(`palette-${round}.png`) })
    await page.keyboard.press('Escape')
    await expect(palette.dialog).toBeHidden()
  }
})
