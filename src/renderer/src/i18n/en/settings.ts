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
  desktop: {
    title: 'Desktop',
    elsewhere:
      'Tray, start at login and notifications belong to the desktop application (npm start). This console runs without a window: it goes on until its process is ended.',
    closing: 'Closing the window',
    closings: { ask: 'Ask', keep: 'Keep running', quit: 'Quit' },
    login: 'Start at login, in the tray',
    notices: 'Show notices while the window is not in front'
  },
  developer: {
    title: 'Scripts and tests',
    cli: 'Command line',
    cliText: 'The verbs and options of mqadmin, answered at once; gantry help lists them.',
    api: 'HTTP API',
    apiText:
      'Everything this console can do, as JSON. The token is the part behind token= in the address the console printed at its start.',
    apiElsewhere:
      'The HTTP API belongs to the headless console (gantry start, npm run headless); the desktop application opens no port for it.',
    openApi: 'OpenAPI description of every method',
    helper: 'Test suites',
    helperText:
      'A cluster on free ports that ends with your tests; docs/TESTING-WITH-GANTRY.md has two examples.'
  },
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
