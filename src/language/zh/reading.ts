import type { reading as English } from '../en/reading.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

export const reading: Translation<typeof English> = {
  enhancements: {
    title: '增强功能',
    ocr: 'OCR 增强',
    ocrHint: '由服务替模型读取图片中的文字。',
    grounding: '定位增强',
    groundingHint: '服务会指出回答中提到的物体在图片中的位置。',
    billed: '每个请求只能有一张图片；每个开关按一次事务计费，不含在令牌费用中。',
    notThisModel: '此模型没有增强功能：只有 GPT-4 Turbo with Vision（vision-preview）曾经支持。',
    notV1:
      'v1 API 从未提供增强功能：仅 API 版本 2023-12-01-preview、2024-02-15-preview 和 2024-03-01-preview 提供。',
    notThisVersion: (version) =>
      `API 版本 ${version} 没有增强功能：仅 2023-12-01-preview、2024-02-15-preview 和 2024-03-01-preview 提供。`,
    noVision: '增强功能需要计算机视觉资源，而此连接没有填写。',
    instead: '请改用下面的“先读取文字并查找物体”：它适用于所有支持图片的模型。',
    openSettings: '打开设置',
  },

  first: {
    title: '先读取文字并查找物体',
    hint: '提问前先由 Azure AI 图像分析查看每张图片，结果以带编号的文本行随问题一起发送，回答可以引用这些编号。同一张图片不会重复收费。',
    noVision: '需要计算机视觉资源，而此连接没有填写。',
    openSettings: '打开设置',
    features: '要查找的内容',
    perPicture: '每张图片 1 次事务',
    names: {
      text: '文字',
      objects: '物体',
      people: '人物',
      tags: '标记',
      caption: '描述',
      'dense-captions': '密集描述',
    },
    hints: {
      text: '文本行和单词及其位置',
      objects: '物体及其位置',
      people: '人物所在的位置，不识别身份',
      tags: '概括整张图片的词语',
      caption: '用一句话描述整张图片',
      'dense-captions': '最多描述十个局部',
    },
    captionRegions:
      '描述功能仅在以下区域可用：美国东部、美国西部、法国中部、北欧、西欧、东南亚、东亚和韩国中部。',
    nothing: '没有选择任何内容，因此不会查找。',
    language: '结果的语言',
    languageHint: '仅用于标记；物体和描述只有英语。文字按其原本的语言读取。',
    languages: { en: '英语', es: '西班牙语', ja: '日语', pt: '葡萄牙语', zh: '中文' },
    budget: '查找结果的令牌预算',
    budgetHint: '每个问题最多使用这么多，超出的行不会发送。',
    budgetRange: (from, to) => `请输入 ${format.number(from)} 到 ${format.number(to)} 之间的整数。`,
  },

  line: {
    label: '先读取图片',
    read: (count) => `先读取 ${format.number(count)} 张图片`,
    known: (count) => `${format.number(count)} 张图片已读取过`,
    someKnown: (count) => `其中 ${format.number(count)} 张已读取过`,
    transactions: (count, cost) => `${format.number(count)} 次事务，${cost}`,
    unknownCost: '费用未知',
    nothingToPay: '无需付费',
    upTo: (tokens) => `最多 ${format.number(tokens)} 个令牌`,
    skipped: (count) => `此问题不读取 ${format.number(count)} 张图片`,
    thisTime: '这次读取',
  },

  findings: {
    summary: (found) => `图片中找到：${found}`,
    nothing: '无',
    counts: {
      text: (count) => `${format.number(count)} 行文字`,
      object: (count) => `${format.number(count)} 个物体`,
      person: (count) => `${format.number(count)} 个人物`,
      caption: (count) => `${format.number(count)} 条描述`,
    },
    label: '图片中找到的内容',
    sent: '以下文本会放在问题之前发送：',
    notSent: '以下文本不会发送：',
    leftOut: (count) => `另有 ${format.number(count)} 行超出令牌预算，未包含在内。`,
    send: '随问题一起发送',
    sendHint: '对之后的请求生效，已有的回答不变。',
    off: '未发送',
  },

  onePicture: {
    title: '增强功能每个请求只看一张图片。',
    several: (count) => `此请求会发送 ${format.number(count)} 张图片。`,
    keep: (name) => `只保留 ${name}`,
    again: (name, place) => `${name}（${format.number(place)}）`,
    leaveOut: () => '不发送较早的图片',
    off: '关闭增强功能',
  },

  progress: (place, total) => `正在读取第 ${format.number(place)} 张图片，共 ${format.number(total)} 张…`,

  source: {
    found: '图片中找到的内容',
    atMost: '图片中将找到的内容（上限）',
  },

  failure: {
    withoutReading: '不读取，直接发送',
    withoutCaptions: '不要描述',
  },
};
