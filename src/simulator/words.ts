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
  readonly simulatedVideo: string;
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
  readonly colour: (colour: ColourName) => string;
  /** An area as a thing: without an article. */
  readonly area: (colour: ColourName) => string;
  readonly areaCaption: (colour: ColourName, lines: number) => string;
  readonly caption: (lines: number, areas: number) => string;
  readonly tagText: string;
  readonly tagDocument: string;
  /** Said in this order: beginning, things, beginning of texts, texts; what joins two things or texts, and the end. */
  readonly grounding: GroundingWords;
  readonly readByOcr: (quotes: readonly string[], more: number) => string;
  readonly cited: (statements: readonly CitedWords[]) => string;
  readonly citedWrongly: (number: number) => string;
  readonly frames: (video: FramedVideoFacts) => string;
  /** `mark` is a time in square brackets. */
  readonly frameSeen: (mark: string, colours: readonly ColourShare[] | null) => string;
  readonly said: (mark: string, text: string) => string;
  readonly timeCitedWrongly: (mark: string) => string;
  readonly indexedVideo: (document: string, length: string | null) => string;
  readonly moments: (marks: readonly string[]) => string;
}

interface FramedVideoFacts {
  readonly frames: number;
  readonly name: string;
  readonly length: string;
  /** Lines of speech that were sent along. */
  readonly lines: number;
}

export interface GroundingWords {
  readonly shows: string;
  readonly nothing: string;
  readonly thing: (colour: ColourName, isAnother: boolean) => string;
  readonly and: string;
  readonly reads: string;
  readonly readsOnly: string;
  readonly quote: (text: string) => readonly [before: string, text: string, after: string];
  readonly end: string;
}

export interface CitedWords {
  readonly number: number;
  readonly kind: string;
  readonly text: string;
}

export const english: Words = {
  simulatedPicture: 'This is a simulated answer: no model looked at your picture.',
  simulatedText: 'This is a simulated answer: no model read your question.',
  simulatedVideo: 'This is a simulated answer: no model watched your video.',
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
  colour: (colour) => colour,
  area: (colour) => `${colour} area`,
  areaCaption: (colour, lines) =>
    `${anArea(colour)}${lines > 0 ? ` with ${count(lines, 'line')} of text` : ''}`,
  caption: (lines, areas) =>
    lines > 0
      ? `a page with ${count(lines, 'line')} of text${areas > 0 ? ` and ${count(areas, 'coloured area')}` : ''}`
      : areas > 0
        ? `a picture with ${count(areas, 'coloured area')}`
        : 'a picture without text and without areas that stand out',
  tagText: 'text',
  tagDocument: 'document',
  grounding: {
    shows: 'The picture shows ',
    nothing: 'The picture shows nothing that stands out.',
    thing: (colour, isAnother) => (isAnother ? `another ${colour} area` : anArea(colour)),
    and: ' and ',
    reads: ', and the text ',
    readsOnly: 'The picture shows the text ',
    quote: (text) => ['“', text, '”'],
    end: '.',
  },
  readByOcr: (quotes, more) =>
    quotes.length === 0
      ? 'No text was read in the picture.'
      : `Text read in the picture: ${quotes.map((text) => `“${text}”`).join(', ')}${more > 0 ? `, and ${count(more, 'more line')}` : ''}.`,
  cited: (statements) =>
    statements
      .map(({ number, kind, text }) =>
        kind === 'text'
          ? `The picture says “${text}” [${number}].`
          : `It shows ${text || 'a person'} [${number}].`,
      )
      .join(' '),
  citedWrongly: (number) => `Something else says so, too [${number}].`,
  frames: ({ frames, name, length, lines }) =>
    `${count(frames, 'frame')} of the video “${name}” (${length}) came along${lines > 0 ? `, and ${count(lines, 'line')} of what is said in it` : ''}.`,
  frameSeen: (mark, colours) =>
    colours === null
      ? `At ${mark} there is a frame whose colours could not be read here.`
      : `At ${mark} the frame is mostly ${colours.map(({ colour, percent }) => `${colour} (${percent} %)`).join(', ')}.`,
  said: (mark, text) => `At ${mark} somebody says “${text}”.`,
  timeCitedWrongly: (mark) => `It all ends at ${mark}.`,
  indexedVideo: (document, length) =>
    `The question was about the video “${document}” of an index${length === null ? '' : ` (${length})`}, which the simulator never looked into.`,
  moments: (marks) =>
    `A model would name moments of it, such as ${marks.join(', ')}; these were picked blindly.`,
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
  simulatedVideo: '这是模拟回答：没有模型看过您的视频。',
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
  colour: (colour) => colourInChinese[colour],
  area: (colour) => `${colourInChinese[colour]}区域`,
  areaCaption: (colour, lines) =>
    `${colourInChinese[colour]}区域${lines > 0 ? `，其中有 ${lines} 行文字` : ''}`,
  caption: (lines, areas) =>
    lines > 0
      ? `一页有 ${lines} 行文字${areas > 0 ? `和 ${areas} 个彩色区域` : ''}的图片`
      : areas > 0
        ? `一张有 ${areas} 个彩色区域的图片`
        : '一张没有文字也没有突出区域的图片',
  tagText: '文本',
  tagDocument: '文档',
  grounding: {
    shows: '图片中有',
    nothing: '图片中没有突出的内容。',
    thing: (colour, isAnother) => `${isAnother ? '另一个' : '一个'}${colourInChinese[colour]}区域`,
    and: '和',
    reads: '，以及文字',
    readsOnly: '图片中有文字',
    quote: (text) => ['“', text, '”'],
    end: '。',
  },
  readByOcr: (quotes, more) =>
    quotes.length === 0
      ? '图片中没有读到文字。'
      : `图片中读到的文字：${quotes.map((text) => `“${text}”`).join('、')}${more > 0 ? `，以及另外 ${more} 行` : ''}。`,
  cited: (statements) =>
    statements
      .map(({ number, kind, text }) =>
        kind === 'text' ? `图片中写着“${text}” [${number}]。` : `图片中有${text || '一个人'} [${number}]。`,
      )
      .join(''),
  citedWrongly: (number) => `另一处也这样说 [${number}]。`,
  frames: ({ frames, name, length, lines }) =>
    `随附视频“${name}”（${length}）的 ${frames} 帧${lines > 0 ? `，以及其中 ${lines} 行语音文字` : ''}。`,
  frameSeen: (mark, colours) =>
    colours === null
      ? `${mark} 处有一帧，此处无法读取它的颜色。`
      : `${mark} 处的画面主要颜色：${colours.map(({ colour, percent }) => `${colourInChinese[colour]}（${percent}%）`).join('、')}。`,
  said: (mark, text) => `${mark} 处有人说：“${text}”。`,
  timeCitedWrongly: (mark) => `一切在 ${mark} 结束。`,
  indexedVideo: (document, length) =>
    `您问的是索引中的视频“${document}”${length === null ? '' : `（${length}）`}，模拟器从未看过它。`,
  moments: (marks) => `模型会提到其中的时刻，例如 ${marks.join('、')}；这些是随意挑选的。`,
};

function pictureCount(pictures: number): string {
  return pictures === 0 ? 'no picture' : count(pictures, 'picture');
}

function anArea(colour: ColourName): string {
  return `${colour === 'orange' ? 'an' : 'a'} ${colour} area`;
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
