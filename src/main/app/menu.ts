import { Menu, type MenuItemConstructorOptions } from 'electron'

const texts = {
  en: { edit: 'Edit', view: 'View', window: 'Window' },
  zh: { edit: '编辑', view: '视图', window: '窗口' }
}

/** What the platform's own shortcuts need, and no more; Electron names the roles in the system's language. */
export const menuTemplate = (
  locale: string,
  platform: NodeJS.Platform,
  devTools: boolean
): MenuItemConstructorOptions[] => {
  const text = locale.toLowerCase().startsWith('zh') ? texts.zh : texts.en
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
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'editMenu', label: text.edit },
    { label: text.view, submenu: view },
    { role: 'windowMenu', label: text.window }
  ]
}

export const installMenu = (locale: string, platform: NodeJS.Platform, devTools: boolean): void =>
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(locale, platform, devTools)))
