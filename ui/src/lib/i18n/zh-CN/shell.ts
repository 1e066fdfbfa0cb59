import type { Catalogue } from '../en';
import { count } from '../plural';

/** The words of en/shell.ts. */
export const shell: Catalogue['shell'] = {
  navigation: '页面',
  accounts: '账号',
  pools: '账号池',
  settings: '设置',
  lock: '锁定',
  lockHint: '锁定保险库',
  skip: '跳到页面内容',
  closeTitle: '关闭窗口之后？',
  closeText:
    '留在托盘里，号簿会继续照看账号；退出则会锁定保险库并停止检查。号簿会记住这次的选择，以后可以在设置里改。',
  closeTray: '留在托盘',
  closeQuit: '退出',
  work: '后台工作',
  idle: '没有进行中的工作',
  nextCheck: (when) => `下次检查：${when}`,
  checking: (done, total) => `正在检查 ${count(done)} / ${count(total)}`,
  pausedOffline: '已暂停：网络不通',
  pausedLocked: '已暂停：保险库已锁定',
  pausedUser: '已由你暂停',
  failed: '检查中断了',
  cancelJob: '停止检查',
  died: (name) => `「${name}」需要重新登录`,
  diedMany: (n) => `${count(n)} 个账号需要重新登录`,
  show: '查看',
  notices: '提示消息',
  needMe: (n) => `${count(n)} 个账号需要你处理`,
};
