import type { settings as en } from '../en/settings'

export const settings: typeof en = {
  title: '设置',
  appearance: '外观',
  language: '语言',
  theme: '主题',
  data: '数据',
  dataText: '消息、主题、位点和设置都保存在这一个目录中。如需从头开始，请退出后删除它。',
  about: '关于',
  aboutText: '桌面上的完整 RocketMQ：Nameserver、Broker 与控制台合为一个应用，无需 Java。',
  version: '版本',
  compatible: '行为遵循 RocketMQ',
  host: '运行方式',
  hosts: { electron: '桌面应用', headless: '无窗口控制台' },
  platform: '平台',
  pid: '进程 ID',
  uptime: '运行时长',
  desktop: {
    title: '桌面',
    elsewhere:
      '托盘、登录时启动和通知属于桌面应用（npm start）。本控制台没有窗口：它会一直运行，直到进程结束。',
    closing: '关闭窗口时',
    closings: { ask: '询问', keep: '继续运行', quit: '退出' },
    login: '登录时启动（留在托盘）',
    notices: '窗口不在前台时显示通知'
  },
  developer: {
    title: '脚本与测试',
    cli: '命令行',
    cliText: '与 mqadmin 相同的命令和选项，立即返回；gantry help 列出全部。',
    api: 'HTTP API',
    apiText: '本控制台能做的一切，以 JSON 提供。令牌是控制台启动时打印的地址中 token= 之后的部分。',
    apiElsewhere:
      'HTTP API 属于无窗口控制台（gantry start、npm run headless）；桌面应用不为它开放端口。',
    openApi: '全部方法的 OpenAPI 描述',
    helper: '测试套件',
    helperText: '在空闲端口上的集群，随测试一起结束；docs/TESTING-WITH-GANTRY.md 有两个示例。'
  },
  keyboard: '键盘',
  keys: {
    palette: '前往页面、主题或消费组，或执行操作',
    pages: '打开菜单中的第 1、2 … 个页面',
    filter: '聚焦列表的筛选框',
    send: '发送正在编辑的消息',
    menu: '收起或展开菜单',
    close: '关闭抽屉或对话框',
    open: '打开列表中选中的行'
  }
}
