import type { ColourName, ColourShare } from './colours.ts';

interface PictureFacts {
  readonly format: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: number;
  readonly detail: string;
  readonly tokens: number | null;
}

/** The sentences a simulated answer is made of. They are a service's words, not the page's. */
export interface Words {
  readonly simulatedPicture: string;
  readonly simulatedText: string;
  readonly asked: (pictures: number, words: number, question: string) => string;
  readonly nothingAsked: (pictures: number) => string;
  readonly picture: (facts: PictureFacts) => string;
  readonly pictureUrl: (host: string, detail: string) => string;
  readonly colours: (shares: readonly ColourShare[]) => string;
  readonly coloursUnread: string;
  readonly earlierPictures: (count: number) => string;
  readonly earlierMessages: (count: number) => string;
  readonly systemPrompt: (words: number) => string;
  readonly refusal: string;
}

export const english: Words = {
  simulatedPicture: 'This is a simulated answer: no model looked at your picture.',
  simulatedText: 'This is a simulated answer: no model read your question.',
  asked: (pictures, words, question) =>
    `You sent ${pictureCount(pictures)} and asked, in ${count(words, 'word')}: “${question}”`,
  nothingAsked: (pictures) => `You sent ${pictureCount(pictures)} and no words.`,
  picture: ({ format, widthPx, heightPx, bytes, detail, tokens }) =>
    `**${widthPx} × ${heightPx} ${format}**, ${number(bytes)} bytes, detail ${detail}` +
    (tokens === null ? '.' : `, ${number(tokens)} tokens.`),
  pictureUrl: (host, detail) =>
    `A picture at \`${host}\`, detail ${detail}. It was sent as an address, and the simulator did not fetch it.`,
  colours: (shares) =>
    `Mostly ${shares.map(({ colour, percent }) => `${colour} (${percent} %)`).join(', ')}.`,
  coloursUnread: 'Its colours could not be read here.',
  earlierPictures: (pictures) => `Earlier in this conversation came ${count(pictures, 'more picture')}.`,
  earlierMessages: (messages) => `Before this question came ${count(messages, 'message')}.`,
  systemPrompt: (words) => `A system prompt of ${count(words, 'word')} was sent along.`,
  refusal: "I'm sorry, I can't help with identifying people. (This refusal is simulated.)",
};

const colourInChinese: Readonly<Record<ColourName, string>> = {
  black: '黑色',
  white: '白色',
  grey: '灰色',
  red: '红色',
  orange: '橙色',
  brown: '棕色',
  yellow: '黄色',
  green: '绿色',
  turquoise: '青色',
  blue: '蓝色',
  purple: '紫色',
  pink: '粉色',
  transparent: '透明',
};

export const chinese: Words = {
  simulatedPicture: '这是模拟回答：没有模型看过您的图片。',
  simulatedText: '这是模拟回答：没有模型读过您的问题。',
  asked: (pictures, words, question) =>
    `${pictures === 0 ? '您没有发送图片' : `您发送了 ${pictures} 张图片`}，并用 ${words} 个字词提问：“${question}”`,
  nothingAsked: (pictures) => `您发送了 ${pictures} 张图片，没有文字。`,
  picture: ({ format, widthPx, heightPx, bytes, detail, tokens }) =>
    `**${widthPx} × ${heightPx} ${format}**，${number(bytes)} 字节，细节级别 ${detail}` +
    (tokens === null ? '。' : `，${number(tokens)} 个 token。`),
  pictureUrl: (host, detail) =>
    `位于 \`${host}\` 的图片，细节级别 ${detail}。它以地址形式发送，模拟器没有下载它。`,
  colours: (shares) =>
    `主要颜色：${shares.map(({ colour, percent }) => `${colourInChinese[colour]}（${percent}%）`).join('、')}。`,
  coloursUnread: '此处无法读取它的颜色。',
  earlierPictures: (pictures) => `此对话之前还有 ${pictures} 张图片。`,
  earlierMessages: (messages) => `此问题之前有 ${messages} 条消息。`,
  systemPrompt: (words) => `同时发送了 ${words} 个字词的系统提示。`,
  refusal: '抱歉，我无法协助识别人物身份。（此拒绝为模拟。）',
};

function pictureCount(pictures: number): string {
  return pictures === 0 ? 'no picture' : count(pictures, 'picture');
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
