import type { app as en } from '../en/app'

export const app: typeof en = {
  name: 'Gantry',
  skipToContent: '跳到正文',
  mainMenu: '主菜单',
  statusBar: '状态栏',
  theme: '主题',
  language: '语言',
  themes: { system: '跟随系统', light: '浅色', dark: '深色' },
  languages: { system: '跟随系统', 'zh-CN': '简体中文', en: 'English' },
  switchToDark: '切换到深色主题',
  switchToLight: '切换到浅色主题',
  switchLanguage: 'Switch to English',
  lost: '与引擎的连接已断开，正在重新连接…',
  refused: {
    title: '此地址已失效',
    text: '控制台重新启动过，或者打开的地址缺少令牌。请重新打开终端里打印的地址，地址末尾带有新的令牌。',
    terminal: '请在终端中查找类似这样的一行：',
    retry: '重新加载'
  },
  notFound: { title: '页面不存在', back: '返回集群' },
  status: {
    running: '集群运行中',
    partial: '集群部分运行',
    stopped: '集群已停止',
    changing: '集群状态变更中',
    unknown: '集群状态未知',
    nameservers: '{n} 个 Nameserver',
    proxy: '1 个 Proxy',
    brokers: '{n} 个 Broker',
    produce: '每秒生产消息数',
    consume: '每秒消费消息数',
    dataDir: '数据目录'
  }
}
