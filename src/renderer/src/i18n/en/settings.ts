export const settings = {
  title: 'Settings',
  appearance: 'Appearance',
  language: 'Language',
  theme: 'Theme',
  data: 'Data',
  dataText:
    'Everything lies under this one folder: messages, topics, offsets, settings. To start over, quit and delete it.',
  about: 'About',
  aboutText:
    'A whole RocketMQ on one desk: nameservers, brokers and a console in one application, without Java.',
  version: 'Version',
  compatible: 'Behaves like RocketMQ',
  host: 'Runs as',
  hosts: { electron: 'Desktop application', headless: 'Headless console' },
  platform: 'Platform',
  pid: 'Process id',
  uptime: 'Running for',
  keyboard: 'Keyboard',
  keys: {
    palette: 'Go to a page, topic or group, or run an action',
    pages: 'Open the first, second … page of the menu',
    filter: 'Go to the filter of a list',
    send: 'Send the message of the composer',
    menu: 'Collapse or expand the menu',
    close: 'Close a drawer or a dialog',
    open: 'Open the chosen row of a list'
  }
}
