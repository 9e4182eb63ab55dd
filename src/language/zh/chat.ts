import type { chat as English } from '../en/chat.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

export const chat: Translation<typeof English> = {
  untitled: '关于图片',
  samplePrompt: '这张图片里有什么？请描述它，并说出主要颜色。',
  pagePrompt: '这张发票的总额（Total）是多少？是谁开的？',
  connection: '连接',
  noConnection: '没有连接',

  empty: {
    title: '针对图片或视频提问',
    text: '将图片拖到此处、粘贴图片或添加文件。你发送的内容会直接传到你的 Azure 资源。',
    sample: '试用示例图片',
    page: '试试扫描页',
    ready: '提示已就绪，按 Enter 即可提问。',
  },

  drop: {
    title: '松开即可添加',
    text: '图片文件，或网页中的图像',
  },

  composer: {
    message: '消息',
    placeholder: '针对图片或视频提问',
    send: '发送',
    sendKeys: '发送 (Enter)',
    stop: '停止',
    stopKeys: '停止回答并保留已收到的内容',
    attachFiles: '添加文件',
    filesToAttach: '要添加的文件',
    addImageByUrl: '通过 URL 添加图像',
    recordVideo: '录制视频',
    requestSettings: '请求设置',
    editing: '正在编辑之前的提示。发送后会新建一个分支，原分支仍会保留。',
    cancelEditing: '取消',
  },

  estimate: {
    label: '预估',
    tokensIn: (tokens) => `输入 ≈ ${tokens} 个令牌，`,
    cost: (input, output) => `≈ ${input}，输出最多另加 ${output}`,
    unknownPrice: '价格未知',
    rough: '粗略',
    roughWhy: '这是粗略数字：文本仍在计数，或某张图片的计算规则未知。',
    unknownPictures: (count) => `${format.number(count)} 张图片的尺寸或计算规则未知`,
    overContext: (limit) => `超出此模型一次可读取的 ${limit} 个令牌`,
    of: (pictureTokens) => `其中图片占 ${pictureTokens} 个令牌`,
  },
};
