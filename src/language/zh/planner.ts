import type { planner as English } from '../en/planner.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

const pictures = (count: number): string => `${format.number(count)} 张图片`;
const tokens = (count: number): string => `${format.number(count)} 个令牌`;

export const planner: Translation<typeof English> = {
  line: {
    why: '为什么令牌这么多？',
    plan: '规划图片',
    calibrated: '已校准',
    calibratedWhy: 'Azure 没有公布此模型如何计算图片令牌。此数字依据之前的实际计费得出。',
    accuracy: (samples, deviation) => `最近 ${format.number(samples)} 次：误差不超过 ${deviation}`,
  },

  sources: {
    title: '令牌来自哪里',
    close: '关闭',
    total: (count) => `此请求 ≈ ${tokens(count)}，按发送顺序排列。`,
    totalBySize: (count) => `此请求 ≈ ${tokens(count)}，从多到少排列。`,
    largestFirst: '从多到少',
    accuracy: (samples, deviation) =>
      `与账单相比，最近 ${format.number(samples)} 次误差不超过 ${deviation}。`,
    source: '来源',
    tokens: '令牌',
    share: '占比',
    lessThan: (share) => `< ${share}`,
    system: '系统提示',
    you: '你',
    assistant: '助手',
    draft: '你（正在输入）',
    framing: '消息框架',
    framingWhy: '标记每条消息起点的令牌，以及修正值',
    picture: '图片',
    lowDetail: '低细节',
    unknown: '尺寸或规则未知',
    rest: (count) => `其余 ${format.number(count)} 个较小的来源`,
    showAll: (count) => `显示全部 ${format.number(count)} 个`,
  },

  offer: {
    pictures: (now, limit) => `此模型一次最多接受 ${pictures(limit)}，现有 ${format.number(now)} 张。`,
    context: (now, limit) => `≈ ${now} 个令牌，此模型一次最多读取 ${limit} 个。`,
    contextOver: (now, limit) => `≈ ${now} 个令牌，超过此模型一次可读取的 ${limit} 个。`,
    ceiling: (now, limit) => `仅输入就要 ≈ ${now}，接近你设定的上限 ${limit}。`,
    ceilingOver: (now, limit) => `仅输入就要 ≈ ${now}，超过你设定的上限 ${limit}。`,
    olderAtLow: '较早的用低细节',
    olderAtLowFor: (full, after) =>
      full === 0
        ? `较早的图片用低细节：≈ ${after}。`
        : `除最新 ${format.number(full)} 张外都用低细节：≈ ${after}。`,
    keepNewestFor: (sent, after) => `只发送最新 ${pictures(sent)}：≈ ${after}。`,
    keepNone: '不发送较早的图片',
    keepNoneFor: (after) => `不发送较早的图片：≈ ${after}。`,
    olderAtLowNonePast: (sent) => `较早的用低细节，最多 ${format.number(sent)} 张`,
    bothFor: (full, sent, after) =>
      `最新 ${format.number(full)} 张保持原样，较早的用低细节，最多发送 ${format.number(sent)} 张：≈ ${after}。`,
    tokens: (count) => `${count} 个令牌`,
    lowered: (count) => `较早的 ${pictures(count)}将以低细节发送。`,
    chosen: (parts) => `下一次请求的选择：${parts}。`,
    kinds: {
      full: (count) => `${format.number(count)} 张保持原样`,
      low: (count) => `${format.number(count)} 张用低细节`,
      crop: (count) => `${format.number(count)} 张已裁剪`,
      'left-out': (count) => `${format.number(count)} 张不发送`,
    },
    useRule: '按规则处理',
  },

  planner: {
    title: '历史图片规划',
    close: '关闭',
    done: '完成',
    unchanged: '对话本身不会改变：无论请求发送什么，所有图片都会保留在对话中。',
    summary: '下一次请求',
    before: '之前',
    after: '现在',
    pictures: '图片',
    ofLimit: (count, limit) => `${format.number(count)} / ${format.number(limit)}`,
    overLimit: '超过模型可接受的数量',
    tokens: '输入令牌',
    cost: '输入费用',
    bytes: '请求大小',
    about: (figure) => `≈ ${figure}`,
    unknown: '未知',
    said: (figures) => `现在：${figures}`,

    rule: '此对话的规则',
    ruleWhy: '适用于每次请求。留空表示不限制。',
    ruleBeforeFull: '最新',
    ruleBeforeSent: '张保持原样，较早的用低细节，最多发送',
    ruleAfter: '张',
    ruleFull: '保持原样的最新张数',
    ruleSent: '最多发送的张数',

    choices: '仅用于下一次请求的选择',
    choicesWhy: '优先于规则，请求发送后即失效。',
    noPictures: '没有较早的图片。',
    useRule: '按规则处理',
    olderBefore: '早于最新',
    olderAfter: '张的全部图片',
    olderThan: '早于最新的张数',
    olderChoice: '较早图片的处理方式',
    choose: '选择',
    chose: (count) => `已为 ${pictures(count)}选择。`,
    choiceFor: (name) => `${name}：下一次请求`,
    kinds: { full: '保持原样', low: '低细节', crop: '裁剪', 'left-out': '不发送' },
    withTokens: (kind, count) => `${kind}，${count} 个令牌`,
    tokensOf: (count) => tokens(count),
    noTokens: '不发送',
    byRule: '按规则',
    own: '你的选择',
    pixels: (width, height) => `${width} × ${height}`,
    changeCrop: '更改裁剪',
    changeCropOf: (name) => `更改 ${name} 的裁剪`,
    more: (count) => `再显示 ${format.number(count)} 张较早的图片`,
    again: (name, place) => `${name}（${format.number(place)}）`,
  },

  crop: {
    title: (name) => `裁剪 ${name}`,
    close: '关闭',
    hint: '拖动画出矩形。方向键移动选区，按住 Shift 则改变大小。',
    selection: '要发送的部分',
    sides: { left: '左 (%)', top: '上 (%)', width: '宽 (%)', height: '高 (%)' },
    result: (size, count) => `${size} 像素，${count}`,
    of: (size, count) => `原图 ${size} 像素，${count}`,
    tokens: (count) => `≈ ${tokens(count)}`,
    unknownTokens: '令牌数未知',
    missing: '此浏览器中已没有这张图片的数据，因此无法裁剪。',
    cancel: '取消',
    use: '使用此部分',
  },
};
