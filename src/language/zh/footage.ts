import type { footage as English } from '../en/footage.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

const frames = (count: number): string => `${format.number(count)} 帧`;

export const footage: Translation<typeof English> = {
  askAbout: (name) => `就 ${name} 提问`,
  unnamed: '视频',
  frames,
  close: '关闭',
  cancel: '取消',
  stop: '停止',

  facts: {
    size: (width, height) => `${format.number(width)} × ${format.number(height)}`,
    noSound: '无声音',
    sound: '有声音',
  },
  reading: '正在读取视频',
  loading: '正在准备',

  refused: {
    title: (reason) =>
      ({
        empty: '文件为空。',
        'not-a-video': '这不是可在此读取的视频。',
        'no-picture': '此文件只有声音，没有画面。',
        codec: '此浏览器无法解码该视频。',
        corrupt: '视频已损坏或不完整。',
        unreadable: '无法读取该文件。',
      })[reason],
    codec: (codec) => `其画面采用 ${codec} 编码。`,
    todo: {
      empty: '请选择其他文件。',
      'not-a-video':
        '可以读取 MP4、MOV、WebM、Matroska、MPEG-TS 和 Ogg 文件。请将其转换为采用 H.264 的 MP4。',
      'no-picture': '请选择有画面的文件，或在别处转录后粘贴文字。',
      codec:
        '请将其转换为采用 H.264 的 MP4，例如“ffmpeg -i video -c:v libx264 video.mp4”，或换用其他浏览器：系统支持时，Safari 和 Edge 可以解码 HEVC。',
      corrupt: '请用其他程序播放；如能播放，请另存一份再选择。',
      unreadable: '文件可能已移动、已更改，或所在磁盘已断开。请重新选择。',
    },
    again: '选择其他文件',
  },

  pickAgain: {
    title: '该文件已不在此处。',
    why: (name) => `请重新选择 ${name}，以更改要展示的内容。`,
    other: '这是另一个文件。',
    otherWhy: (name) => `它不是之前在此准备的 ${name}。`,
    choose: '选择文件',
    label: '视频文件',
  },

  strip: {
    label: '预览',
    pick: (time) => `${time} 处的时刻`,
    frame: (time) => `${time} 处的画面`,
    timeline: (count) => `整段视频中的 ${frames(count)}`,
  },

  choice: {
    label: '要展示的画面',
    ways: { even: '均匀间隔', scenes: '场景变化', moments: '指定时刻' },
    wayHints: {
      even: '每两帧之间的间隔相同。',
      scenes: '取画面变化最大之处。',
      moments: '在预览中选择时刻；各帧位于其前后，相隔两秒。',
    },
    count: '帧数',
    looking: (done, total) => `正在查找场景：${format.number(done)}/${format.number(total)}`,
    foundFewer: (found) => `找到 ${format.number(found)} 个场景。`,
    fitFewer: (found) => `其前后共有 ${frames(found)}。`,
    noMoments: '请在预览中至少选择一个时刻。',
    picked: '已选时刻',
    unpick: (time) => `移除 ${time}`,
    limit: {
      model: (count) => `此模型最多还能接受 ${format.number(count)} 张图片。`,
      context: (count) => `除其余内容外，模型的上下文还能容纳 ${frames(count)}。`,
    },
    side: '尺寸',
    sides: (side) => `${format.number(side)} 像素`,
    original: '原始',
    detail: '细节',
    details: { auto: '自动', low: '低', high: '高' },
  },

  cost: {
    label: '输入费用',
    tokens: (count) => `${count} 个令牌`,
    split: (perFrame, count, text) => `${perFrame} × ${frames(count)} + 文字 ${text}`,
    size: (width, height) => `每帧 ${format.number(width)} × ${format.number(height)} 像素`,
    unknownPrice: '价格未知',
    pendingPrice: '价格…',
  },

  speech: {
    label: '文字',
    kinds: { none: '无', service: '转录声音', file: '字幕' },
    noSound: '此视频没有声音。',
    soundNotDecoded: (codec) => `此浏览器无法解码其声音 (${codec})。请改为粘贴或打开字幕。`,
    deployment: '转录部署',
    deploymentHint: '与所选连接同一资源中的 Whisper 或 gpt-4o-transcribe 部署。',
    noConnection: '请先选择连接。',
    transcribe: '转录',
    again: '重新转录',
    cost: (minutes, cost) => `${format.number(minutes)} 分钟：${cost}`,
    costUnknown: (minutes) => `${format.number(minutes)} 分钟，价格未知`,
    preparing: '正在准备声音',
    listening: '正在转录',
    waiting: '服务要求稍候。',
    noDeployment: (name) => `此资源上没有可用于转录的部署“${name}”。`,
    noDeploymentWhy:
      '请在 Microsoft Foundry 门户 (ai.azure.com) 中，从该资源的部署中复制其名称，或在那里部署 whisper 或 gpt-4o-transcribe。新部署最多需要五分钟才能使用。',
    nothing: '没有听到文字。',
    open: '打开文件',
    openLabel: '字幕文件',
    text: '带时间的文字',
    textHint: 'SRT 或 WebVTT。此处的内容会被发送，因此可以改正错误。',
    placeholder: 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n早上好。',
    counted: (count) => `${format.number(count)} 行`,
    problems: {
      empty: '还没有文字。',
      'no-times': '其中没有时间。SRT 和 WebVTT 含有类似 00:00:01,000 --> 00:00:04,000 的行。',
      'too-long': '作为字幕过长。',
    },
    byAddition: '如不点击“转录”，则在添加视频时转录。',
  },

  taking: (done, total) => `正在取画面：${format.number(done)}/${format.number(total)}`,
  add: '添加到消息',
  save: '更改消息',

  tile: {
    words: '含文字',
    noWords: '不含文字',
    waiting: '请选择向模型展示的内容。',
    choose: '选择画面',
    chooseFor: (name) => `选择 ${name} 的画面`,
    edit: (name) => `编辑 ${name} 的画面`,
    remove: (name) => `移除 ${name}`,
    earlier: (name) => `将 ${name} 前移`,
    later: (name) => `将 ${name} 后移`,
    indexed: (indexName, documentId) => `索引 ${indexName} · 文档 ${documentId}`,
    play: (name) => `播放 ${name}`,
  },

  sent: {
    label: (name) => `视频 ${name}`,
    frames: (name) => `${name} 的画面`,
    playAt: (time) => `从 ${time} 播放`,
    playCited: (time) => `从 ${time} 播放，回答中提到`,
    cited: '回答中提到',
    play: '播放',
    words: '文字',
    missing: (time) => `${time} 处的画面：其数据已不在此浏览器中`,
  },

  player: {
    title: (name) => `视频：${name}`,
    looking: '正在查找视频',
    checking: '正在核对文件',
    missing: '该视频不在此浏览器中。',
    missingWhy: (name) => `请重新选择 ${name} 以播放。文件只在此处读取，不会发送到任何地方。`,
    fetch: (size) => `获取视频 (${size})`,
    fetchUnknown: '获取视频',
    fetchWhy: '也可以从你的容器中获取。',
    fetching: (done) => `已获取 ${done}`,
    fetchingOf: (done, total) => `已获取 ${done}，共 ${total}`,
    other: '这是另一个文件。',
    otherWhy: (name) => `其内容与所提问的 ${name} 不同。`,
    choose: '选择文件',
    label: '视频文件',
    cannotPlay: '此浏览器无法播放该文件。',
    cannotPlayWhy: '可以取出画面，但播放需要其他格式。可下载后在别处播放。',
    download: '下载',
    captions: '文字',
    retry: '重试',
  },

  record: {
    choose: '录制视频',
    title: { screen: '录制屏幕', camera: '用摄像头录制' },
    start: { screen: '选择要录制的内容', camera: '打开摄像头' },
    why: {
      screen: '浏览器会询问要共享的内容。在你发送消息之前，任何内容都不会离开此浏览器。',
      camera: '浏览器会请求使用摄像头和麦克风。在你发送消息之前，任何内容都不会离开此浏览器。',
    },
    fileName: { screen: '屏幕录制', camera: '摄像头录制' },
    asking: '正在等待许可',
    preview: '实时预览',
    elapsed: '已录制',
    stop: '停止',
    finishing: '正在完成录制',
    cancel: '取消',
    again: '重试',
    problems: {
      denied: '浏览器未获准录制。请在地址栏的网站设置中允许，然后重试。',
      'no-device': '未找到摄像头。请连接后重试。',
      busy: '摄像头正被其他程序使用。',
      unsupported: '此浏览器无法在此录制。',
      failed: '录制失败。',
    },
  },
};
