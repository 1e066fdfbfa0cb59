import type { Catalogue } from '../en';
import { count } from '../plural';

/** The words of en/round.ts. */
export const round: Catalogue['round'] = {
  title: '逐个重新登录',
  start: '逐个重新登录',
  startSelected: '重新登录',
  progress: (at, total) => `第 ${count(at)} 个，共 ${count(total)} 个`,
  skip: '跳过',
  next: '下一个',
  finish: '看总结',
  doneFor: (name) => `「${name}」已重新登录`,
  newFor: (name) => `「${name}」已存为单独的账号`,
  keptFor: (name) => `登录的是另一个人，已存到对方自己的账号「${name}」`,
  doneText: '接着登录下一个。',
  summary: '这一轮结束了',
  leftOut: (n) => `另有 ${count(n)} 个账号不需要重新登录，没有列入。`,
  nothing: '没有账号需要重新登录',
  nothingText: '就号簿所知，保管的登录都有效。',
  done: (n) => `${count(n)} 个账号已重新登录`,
  skipped: (n) => `${count(n)} 个账号被跳过`,
  others: (n) => `${count(n)} 个登录属于别人，已存到对方自己的账号`,
  again: (n) => `再过一遍跳过的 ${count(n)} 个`,
  fates: { done: '已重新登录', skipped: '已跳过', other_person: '登录的是另一个人' },
};
