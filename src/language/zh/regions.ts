import type { regions as English } from '../en/regions.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');
const decimal = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 });

export const regions: Translation<typeof English> = {
  ask: '就局部提问',
  askAbout: (name) => `就局部提问：${name}`,
  partOf: (name) => `${name} 的局部`,
  again: (name, place) => `${name}（${format.number(place)}）`,
  sizeOf: (part, whole) => `${part}，取自 ${whole}`,

  zoom: { in: '放大', out: '缩小', fit: '显示整张图片' },

  dialog: {
    close: '关闭',
    selection: '要提问的局部',
    missing: '此浏览器中已没有这张图片的数据，因此无法发送其局部。',
    result: (size) => `${size} 像素，从原图截取`,
    nothing: '拖动画出矩形，框住要提问的内容。',
    comparison: '就此局部提问的两种方式',
    way: '发送内容',
    tokens: '令牌',
    cost: '输入费用',
    seen: '模型所见',
    part: '局部，加低细节的整图',
    whole: '高细节的整图',
    none: '–',
    pending: '…',
    unknown: '未知',
    more: (times) => `采用前一种方式，模型看到的此局部像素是后者的 ${figure(times)} 倍。`,
    same: '发送高细节的整图时，模型看到的此局部同样清晰。',
    fewer: '发送高细节的整图时，模型看到的此局部更清晰。',
    noPrices: '无法加载价格。',
    cancel: '取消',
    use: '就此局部提问',
  },
};

function figure(ratio: number): string {
  return decimal.format(ratio < 9.95 ? ratio : Math.round(ratio));
}
