import type { Translation } from '../translation.ts';
import type { takeaway as english } from '../en/takeaway.ts';

export const takeaway: Translation<typeof english> = {
  report: {
    question: '问题',
    answer: '回答',
    evidence: '依据',
    noPicture: '图片本身不在这里。',
    simulated: '这个回答和图片中的发现都来自模拟器。',
    missing: '没有这一行。',
  },
};
