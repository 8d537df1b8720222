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
