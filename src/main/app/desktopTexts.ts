/** What the desktop says outside the window: tray, question, notices. Few words, in both languages. */
import type { Settings } from '../../shared/views'

const en = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  open: 'Open Gantry',
  quit: 'Quit Gantry',
  startCluster: 'Start the cluster',
  stopCluster: 'Stop the cluster',
  status: {
    running: 'The cluster is running',
    partial: 'The cluster is partly running',
    stopped: 'The cluster is stopped',
    changing: 'The cluster is changing'
  },
  closing: {
    message: 'Keep the cluster running?',
    detail:
      'Gantry can stay in the tray: clients stay connected, and delayed messages come due. Quitting stops the cluster; no message is lost.',
    keep: 'Keep running',
    quit: 'Quit',
    remember: 'Do not ask again (Settings can change it)'
  },
  notice: {
    error: 'Something went wrong in the cluster',
    warning: 'The cluster needs a look',
    info: 'News of the cluster',
    open: 'Open Gantry to read it'
  }
}

export type DesktopTexts = typeof en

const zh: DesktopTexts = {
  file: '文件',
  edit: '编辑',
  view: '视图',
  window: '窗口',
  open: '打开 Gantry',
  quit: '退出 Gantry',
  startCluster: '启动集群',
  stopCluster: '停止集群',
  status: {
    running: '集群运行中',
    partial: '集群部分运行',
    stopped: '集群已停止',
    changing: '集群状态变化中'
  },
  closing: {
    message: '让集群继续运行吗？',
    detail:
      'Gantry 可以留在托盘中：客户端保持连接，延迟消息照常到期。退出会停止集群，不会丢失消息。',
    keep: '继续运行',
    quit: '退出',
    remember: '不再询问（可在设置中更改）'
  },
  notice: {
    error: '集群出现错误',
    warning: '集群需要留意',
    info: '集群有新消息',
    open: '打开 Gantry 查看'
  }
}

/** @param systemLocale as the system names it. */
export const desktopTexts = (
  language: Settings['language'],
  systemLocale: string
): DesktopTexts => {
  const locale = language === 'system' ? systemLocale : language
  return locale.toLowerCase().startsWith('zh') ? zh : en
}
