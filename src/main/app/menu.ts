import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { DesktopTexts } from './desktopTexts'

/** What the platform's own shortcuts need, and no more; Electron names the roles in the system's language. */
export const menuTemplate = (
  texts: DesktopTexts,
  platform: NodeJS.Platform,
  devTools: boolean
): MenuItemConstructorOptions[] => {
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' }
  ]
  if (devTools) view.push({ type: 'separator' }, { role: 'toggleDevTools' })
  // With a tray the window's cross may keep the cluster: quitting has a place and a key of its own.
  const file: MenuItemConstructorOptions[] = [
    { role: 'close' },
    { role: 'quit', label: texts.quit, accelerator: 'CommandOrControl+Q' }
  ]
  return [
    ...(platform === 'darwin'
      ? [{ role: 'appMenu' as const }]
      : [{ label: texts.file, submenu: file }]),
    { role: 'editMenu', label: texts.edit },
    { label: texts.view, submenu: view },
    { role: 'windowMenu', label: texts.window }
  ]
}

export const installMenu = (
  texts: DesktopTexts,
  platform: NodeJS.Platform,
  devTools: boolean
): void => Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(texts, platform, devTools)))
