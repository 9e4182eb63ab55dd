import type { Detail } from '#domain/image-tokens.ts';
import type { AutoMeaning } from '#domain/picture-view.ts';
import type { picturePanel as English } from '../en/picture-panel.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');
const decimal = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 });

const tokens = (count: number): string => `${format.number(count)} 个令牌`;
const named: Readonly<Record<Detail, string>> = { low: '“低”', high: '“高”', auto: '“自动”' };
const titled: Readonly<Record<Detail, string>> = { low: '低', high: '高', auto: '自动' };
const counted: Readonly<Record<AutoMeaning, string>> = {
  low: '等同于“低”',
  high: '等同于“高”',
  original: '原始尺寸',
  any: '各级相同',
};

const cells =
  (unit: string) =>
  (columns: number, rows: number): string =>
    `${format.number(columns)} × ${format.number(rows)} 个${unit}`;

const side =
  (unit: string) =>
  (sidePx: number): string =>
    `每个${unit}为 ${format.number(sidePx)} × ${format.number(sidePx)} 像素。`;

export const picturePanel: Translation<typeof English> = {
  open: '模型看到的画面',
  openFor: (name) => `模型看到的画面：${name}`,
  loading: '正在加载',

  drawing: (name, facts) => `模型看到的 ${name}：${facts}`,
  resized: (from, to) => `${from} → ${to}`,
  seen: (size, count) => `${size}，${count}`,
  asItIs: (size) => `${size}，未缩放`,
  cells: { tile: cells('图块'), patch: cells('小块'), cell: cells('单元格') },
  sides: { tile: side('图块'), patch: side('小块'), cell: side('单元格') },
  whole: '整张图片，不分图块',
  grouped: (each, count) => `${each}图中每格代表 ${format.number(count)} × ${format.number(count)} 个。`,
  sums: {
    flat: (base) => `${tokens(base)}，与尺寸无关`,
    tiles: (base, count, perTile, total) =>
      `${format.number(base)} + ${format.number(count)} 个图块 × ${format.number(perTile)} = ${tokens(total)}`,
    patches: (count, multiplier, total) => {
      if (multiplier === 1) return `${format.number(count)} 个小块，${tokens(total)}`;
      const product = `${format.number(count)} 个小块 × ${decimal.format(multiplier)} = ${tokens(total)}`;
      return Math.abs(count * multiplier - total) < 1e-6 ? product : `${product}（向上取整）`;
    },
    rows: (count, rows, total) => `${format.number(count)} + ${format.number(rows)} 行 = ${tokens(total)}`,
  },

  details: titled,
  tokensOf: (name) => `${name} 的令牌数`,
  detailOf: (name) => `选择 ${name} 的细节级别`,
  detail: '细节',
  tokens: '令牌',
  cost: '输入费用',
  sameAs: (detail) => `与${named[detail]}相同`,
  autoAs: counted,
  range: (from, to) => `${from} – ${to}`,
  about: (figure) => `≈ ${figure}`,
  unknown: '未知',
  rejected: '会被拒绝',
  noPictures: '不接受图片',
  pending: '…',

  saving: (detail, cheaper) =>
    `此处${named[detail]}的费用是${cheaper.map((one) => `${named[one.detail]}的 ${times(one.times)} 倍`).join('、')}。`,
  rejectedWhy: (mostPatches) =>
    `服务会拒绝此细节级别下的这张图片：最多接受 ${format.number(mostPatches)} 个小块。`,
  rules: {
    azure: '按 Azure 公布的规则计算。',
    openai: '按 OpenAI 公布的规则计算；Azure 未公布此模型的规则，实际账单可能不同。',
    own: '按为此模型填写的规则计算。',
  },
  unknownRule: '此模型如何计算图片令牌并未公布，以账单为准。',
  noPicturesHere: '此模型不接受图片。请选择其他连接。',
  noModel: '请选择一个连接，以查看其模型如何处理这张图片。',
  unknownSize: (from, to) => `此处不知道这张图片的尺寸：${from} 到 ${to} 个令牌。预览后即可确定。`,
  unknownSizeFlat: '此处不知道这张图片的尺寸，但在此细节级别下没有影响。',

  size: '发送尺寸',
  sizeOf: (name) => `选择 ${name} 的发送尺寸`,
  fit: '适应',
  original: '原始',
  sizeWhy: '“适应”上传的字节更少，令牌数相同。',

  others: (detail) => `在你的其他部署上（细节：${titled[detail]}）`,
  deployment: '部署',
  failed: '无法加载价格。',
  retry: '重试',
};

function times(ratio: number): string {
  return decimal.format(ratio < 9.95 ? Math.round(ratio * 10) / 10 : Math.round(ratio));
}
