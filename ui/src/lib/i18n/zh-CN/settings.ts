import type { Catalogue } from '../en';

/** 设置：每一项的作用和建议值。 */
export const settings: Catalogue['settings'] = {
  title: '设置',
  sections: {
    general: '通用',
    health: '健康检查',
    security: '打开方式',
    locking: '锁定',
    protection: '保护',
    notifications: '通知',
    data: '数据',
    about: '关于',
  },
  onThisPage: '本页内容',
  saved: '已保存',
  recommended: (value) => `建议：${value}`,
  notKept: '没有保存，已恢复原值。',
  on: '开启',
  language: ['语言', '界面的语言，立即生效。'],
  languages: { system: '跟随系统', 'zh-CN': '简体中文', en: 'English' },
  theme: ['外观', '浅色、深色，或跟随系统。'],
  themes: { system: '跟随系统', light: '浅色', dark: '深色' },
  onClose: ['关闭窗口时', '留在托盘里，号簿会继续检查；退出则会锁定保险库并停止检查。'],
  onCloses: { ask: '每次询问', tray: '留在托盘', quit: '退出' },
  logLevel: ['日志详细程度', '日志文件写多少内容。里面从不出现令牌和 Cookie。'],
  logLevels: {
    error: '只记故障',
    warn: '加上警告',
    info: '加上经过',
    debug: '加上原因',
    trace: '全部',
  },
  healthEnabled: [
    '自动检查账号',
    '检查只是向平台问一句：这个登录还有效吗？是谁的？不发布、不修改，也不会让你下线。',
  ],
  healthInterval: [
    '检查频率',
    '间隔越短，越早知道登录失效；间隔越长，平台越不在意。号簿会把请求分散开，锁定或断网时暂停。',
  ],
  minutes: (n) =>
    n % 1440 === 0 && n >= 1440
      ? n === 1440
        ? '每天一次'
        : `每 ${n / 1440} 天`
      : n % 60 === 0
        ? `每 ${n / 60} 小时`
        : `每 ${n} 分钟`,
  twoProofs: '平台间隔一分钟以上、两次都说「未登录」，才会标记为需重新登录。网络故障从不算数。',
  lockAfter: ['闲置自动锁定', '一段时间没有操作，就从内存里抹掉密钥。锁定期间暂停检查，解锁后继续。'],
  lockMinutes: (n) => (n === 0 ? '从不' : `${n} 分钟后`),
  lockNow: ['立即锁定', '马上锁上，再用时要输入密码。'],
  lockNowDo: '锁定',
  honest: '它做不到什么',
  honestText:
    '保险库保护的是硬盘上的内容，以及锁定时的内容。解锁期间，以你的身份运行的恶意软件能读到号簿读得到的一切。不用时请锁上，并保持系统干净。',
  notify: ['账号失效时通知我', '由系统弹出消息，多个合并成一条。反复失效的账号，一天最多提醒两次。'],
  dataDir: ['数据文件夹', '加密的保险库就在这里。要备份，请先关闭号簿，再复制整个文件夹。'],
  logDir: ['日志文件夹', '记录号簿做过什么、为什么失败。屏幕上的错误编号能对上其中的一行。'],
  noLog: '没有写日志。',
  copyPath: '复制路径',
  licence: (name) => `许可证：${name}`,
  appLine: '你的每一个创作账号，都在这本号簿里。',
};
