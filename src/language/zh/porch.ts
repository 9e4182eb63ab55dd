import type { porch as English } from '../en/porch.ts';
import type { Translation } from '../translation.ts';

export const porch: Translation<typeof English> = {
  reload: '重新加载',
  goOn: '就用现有内容继续',
  detail: '技术细节',
  blocked: {
    title: '另一个标签页占用着你的历史记录',
    what: '需要先关闭旧版本的或已休眠的 Sightline 标签页。关闭其他 Sightline 标签页后，本页会自动继续。',
  },
  outdated: {
    title: '另一个标签页打开了更新版本的 Sightline',
    what: '本标签页不再写入任何内容。你输入的内容已保存。请重新加载后继续。',
  },
  newVersion: {
    title: 'Sightline 发布了新版本',
    what: '本页的一部分已无法加载。你输入的内容已保存。请重新加载后继续。',
  },
  offline: {
    title: '你处于离线状态',
    what: '本页有一部分现在需要用到，但尚未加载。你输入的内容已保存。恢复联网后请重新加载。',
  },
  cleared: {
    title: '此浏览器中的历史记录不见了',
    what: '浏览器打开的是一个空数据库：网站数据被清除，或被浏览器丢失。Sightline 没有删除或清理任何内容。如果不是你自己清除的，请先重启浏览器。',
  },
  shorter: {
    title: '你的历史记录似乎不完整',
    what: (found, expected) =>
      `浏览器只打开了 ${expected} 个对话中的 ${found} 个。Sightline 没有删除或清理任何内容。请重启浏览器：通常一切都会恢复。`,
  },
  closed: {
    title: '此浏览器无法打开保存历史记录的位置',
    what: '可能是无痕窗口、网站数据被阻止，或磁盘已满或损坏。没有删除任何内容。请重启浏览器，或允许本页保存网站数据，然后重新加载。',
  },
  answerNotSaved: '最近的回答只显示在屏幕上：未能保存。',
  saveAgain: '再次保存',
  first: {
    title: '连接到 Azure',
    lead: 'Sightline 从此浏览器直接向你在 Azure OpenAI 中部署的视觉模型提问，不经过我们的任何服务器。',
    simulator: '还没有部署？模拟器会在本机按 Azure 的方式作答，不发送任何数据，也不产生任何费用。',
    add: '添加连接',
    useSimulator: '使用模拟器',
  },
};
