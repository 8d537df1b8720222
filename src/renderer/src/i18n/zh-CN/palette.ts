import type { palette as en } from '../en/palette'

export const palette: typeof en = {
  title: '前往或执行',
  open: '前往或执行…（{keys}）',
  ask: '页面、主题、消费组或操作',
  none: '没有匹配项。试试少输几个字；刚建好的主题或消费组会在列表取回后出现。',
  more: '共 {total} 项，显示最匹配的 {shown} 项；继续输入可缩小范围',
  loading: '正在获取主题和消费组…',
  partial: '无法获取主题和消费组；页面和操作仍可使用',
  keys: '↑ ↓ 选择，Enter 执行，Esc 关闭',
  kinds: { page: '页面', action: '操作', topic: '主题', group: '消费组' },
  newTopic: '新建主题…',
  send: '发送消息…',
  start: '启动 {id}',
  restart: '重启 {id}'
}
