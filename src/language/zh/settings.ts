import type { settings as English } from '../en/settings.ts';
import type { Translation } from '../translation.ts';

export const settings: Translation<typeof English> = {
  title: '设置',
  general: {
    heading: '常规',
    theme: '主题',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    language: '语言',
    stripMetadata: '始终移除图片元数据',
    stripMetadataHint: '发送前从每张图片中移除相机信息和位置，包括按原样发送的图片。原图仍保留在此设备上。',
  },
  about: {
    heading: '关于',
    version: '版本',
    what: 'Sightline 完全在此浏览器中运行，没有服务器，没有分析统计，也不从其他任何地方加载内容。',
    whereHeading: '数据保存在哪里',
    where: {
      history: '对话、图片、草稿和费用保存在此浏览器的存储中。',
      sent: '提示和图片只会发送到你输入的终结点，不会发送到其他任何地方。',
      keys: '密钥、令牌和 SAS URL 保存在此浏览器中，并用网页可以使用但无法复制的密钥加密。它们不会出现在导出内容、消息或错误信息中。',
    },
    limitsHeading: '无法防范的情况',
    limits: {
      profile: '任何能使用此浏览器配置文件的人都能使用已保存的密钥。',
      malware: '浏览器中的恶意软件或恶意扩展可以读取你看到的内容，并使用你的密钥。',
      host: '能够更改本站文件的人可以改变它的行为。',
      clearing: '清除此浏览器的网站数据会删除所有内容。',
    },
  },
  failed: {
    notLoaded: '无法加载模型列表。请检查网络连接并重新加载页面。',
  },
};
