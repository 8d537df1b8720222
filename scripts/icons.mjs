/** Draws the icons of the packages from resources/icon.svg, by a browser: `node scripts/icons.mjs`. They are committed. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from '@playwright/test'

const resources = resolve(import.meta.dirname, '..', 'resources')
const svg = readFileSync(join(resources, 'icon.svg'), 'utf8')
/** What Linux looks for, and what the others are made of. */
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const TRAY = 32

const page = await (
  await chromium.launch({
    args: ['--no-sandbox'],
    ...(process.env.GANTRY_BROWSER && { executablePath: process.env.GANTRY_BROWSER })
  })
).newPage()

const draw = async (size, path) => {
  await page.setViewportSize({ width: size, height: size })
  const image = `<img width="${size}" height="${size}" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`
  await page.setContent(
    `<style>*{margin:0;background:transparent}img{display:block}</style>${image}`
  )
  await page.locator('img').evaluate((img) => img.decode())
  await page.screenshot({ path, omitBackground: true })
}

mkdirSync(join(resources, 'icons'), { recursive: true })
for (const size of SIZES) await draw(size, join(resources, 'icons', `${size}x${size}.png`))
await draw(TRAY, join(resources, 'tray.png'))
await draw(512, join(resources, 'icon.png'))
await page.context().browser().close()
