export const app = {
  name: 'Gantry',
  skipToContent: 'Skip to content',
  mainMenu: 'Main menu',
  statusBar: 'Status bar',
  theme: 'Theme',
  language: 'Language',
  themes: { system: 'Follow system', light: 'Light', dark: 'Dark' },
  languages: { system: 'Follow system', 'zh-CN': '简体中文', en: 'English' },
  switchToDark: 'Switch to dark theme',
  switchToLight: 'Switch to light theme',
  switchLanguage: '切换到简体中文',
  lost: 'Connection to the engine lost. Reconnecting …',
  refused: {
    title: 'This address is no longer valid',
    text: 'The console was started again, or the address was opened without its token. Open the address printed in the terminal once more; it ends with a fresh token.',
    terminal: 'Look for a line like this in the terminal:',
    retry: 'Reload the page'
  },
  notFound: { title: 'There is no such page', back: 'Back to the cluster' },
  status: {
    running: 'Cluster running',
    partial: 'Cluster partly running',
    stopped: 'Cluster stopped',
    changing: 'Cluster changing',
    unknown: 'Cluster state unknown',
    nameservers: '{n} nameserver | {n} nameservers',
    proxy: '1 proxy',
    brokers: '{n} broker | {n} brokers',
    produce: 'Produced per second',
    consume: 'Consumed per second',
    dataDir: 'Data folder'
  }
}
