import { createFormat } from '../format.ts';
import type { evidence as English } from '../en/evidence.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

export const evidence: Translation<typeof English> = {
  title: '依据',
  close: '关闭依据',
  resize: '依据栏宽度',
  simulatedWhy: '这张图片是由模拟器查看的。它只能读出我们自己测试图片中的字母。',
  trouble: (status) => `定位增强以“${status}”结束，可能缺少一些位置。`,
  pictures: '图片',
  remote: '这张图片在其他网站上，只有你要求时才会加载。',
  show: '显示',
  leastConfidence: '最低置信度',
  regions: '区域',
  filter: '在区域中查找',
  nothing: '这张图片中没有发现任何内容。',
  noMatch: '没有匹配的区域。请显示更多图层，或换个词查找。',
  ask: '询问此处',
  copyText: '复制文字',
  copied: '已复制',
  saved: '已保存',
  saving: '正在准备文件…',
  unpin: '取消固定',
  numbered: (number, name) => `[${format.number(number)}] ${name}`,
  layers: {
    line: '文字行',
    word: '单词',
    object: '物体',
    person: '人物',
    caption: '描述',
    cited: '引用',
    asked: '询问过',
  },
  layer: {
    line: '文字',
    word: '单词',
    object: '物体',
    person: '人物',
    caption: '描述',
    cited: '引用',
    asked: '询问过',
  },
  places: [
    ['左上', '上方', '右上'],
    ['左侧', '中间', '右侧'],
    ['左下', '下方', '右下'],
  ],
  stage: {
    stage: '图片及其区域。加号和减号缩放，方向键移动，0 适合窗口，1 实际大小。',
    missing: '这张图片已不在此浏览器中。其中的发现列在下面。',
  },
  save: {
    menu: '保存依据',
    text: '复制全部文字',
    png: '带标注的图片（PNG）',
    report: '报告（HTML）',
    json: '依据（JSON）',
    coco: '物体（COCO）',
  },
};
