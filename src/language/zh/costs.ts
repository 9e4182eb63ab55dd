import type { costs as English } from '../en/costs.ts';
import { createCostFormat } from '../cost-format.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

export const costs: Translation<typeof English> = {
  title: '费用',
  format: createCostFormat('zh-CN'),
  loading: '正在汇总费用',
  retry: '重试',
  comma: '，',
  failed: {
    title: '无法读取费用。',
    remedy: '请重试。如果再次发生，请重新加载页面或重启浏览器。',
  },

  sum: {
    about: (amount) => `≈ ${amount}`,
    withUnknown: (amount, calls) => `${amount} + ${unknown(calls)}`,
    unknown,
    plusUnknown: (calls) => `+ ${unknown(calls)}`,
    unknownCost: '未知',
  },

  tiles: {
    label: '概览',
    today: '今天',
    month: '本月',
    forecast: '本月预测',
    tooEarly: '暂无依据',
    calls: (count) => `${format.number(count)} 次调用`,
    forecastWhy: (lastDay) => `按最近两周的进度推算至 ${lastDay}`,
    tooEarlyWhy: '最近两周没有费用',
    simulated: (amount) => `其中 ${amount} 为模拟`,
  },

  range: {
    label: '时间范围',
    presets: {
      today: '今天',
      '7-days': '7 天',
      '30-days': '30 天',
      'this-month': '本月',
      'last-month': '上月',
      '12-months': '12 个月',
      all: '全部',
      custom: '自定义',
    },
    from: '从',
    to: '到',
    backwards: '结束日期早于开始日期。',
    groupBy: '分组方式',
    periods: { day: '日', week: '周', month: '月' },
    simulated: '包括模拟调用',
  },

  notes: {
    simulated: (amount) => `其中 ${amount} 为模拟，即在 Azure 上会产生的费用。实际不会计费。`,
    estimated: (calls) => `${format.number(calls)} 次调用在报告用量之前结束，其费用为估算值。`,
    unknown: (calls) =>
      `${format.number(calls)} 次调用的价格未知，因此未计入任何金额。你可以在“价格”中输入价格。`,
  },

  chart: {
    heading: '支出',
    labels: { day: '每日费用图表', week: '每周费用图表', month: '每月费用图表' },
    keys: '使用左右箭头键、Home 和 End 在柱形之间移动。',
    bar: (period, total, parts) => (parts === '' ? `${period}：${total}` : `${period}：${total}，${parts}`),
    part: (name, amount) => `${name} ${amount}`,
    nothing: '无',
    unknown: '价格未知',
    legend: '购买内容',
  },

  parts: {
    input: '输入',
    cached: '缓存输入',
    'cache-write': '缓存写入',
    output: '输出',
    enhancements: '增强功能',
    'image-analysis': '图像分析',
    video: '视频',
    transcription: '转录',
  },

  tables: {
    period: { day: '每日费用', week: '每周费用', month: '每月费用' },
    model: '按模型统计的费用',
    connection: '按连接统计的费用',
    conversation: '按对话统计的费用',
    kind: '按类别统计的费用',
    names: {
      day: '日期',
      week: '周',
      month: '月份',
      model: '模型',
      connection: '连接',
      conversation: '对话',
      kind: '类别',
    },
    calls: '调用次数',
    input: '输入令牌',
    output: '输出令牌',
    cost: '费用',
    total: '合计',
    all: (count) => `显示全部 (${count})`,
    more: (count, of) => `再显示 ${count} 项，共 ${of} 项`,
    allOf: (table, button) => `${table}：${button}`,
    none: '此时间范围内没有调用。',
    deleted: '已删除的对话',
    outside: '对话之外',
    unnamed: '未知',
  },

  kinds: {
    chat: '聊天',
    'connection-test': '连接测试',
    batch: '批处理',
    'ocr-enhancement': 'OCR 增强',
    'grounding-enhancement': '定位增强',
    'image-analysis': '图像分析',
    'video-ingestion': '视频引入',
    'video-query': '视频查询',
    transcription: '转录',
  },

  ledger: {
    heading: '明细账',
    scroller: '明细账的行',
    columns: {
      at: '时间',
      kind: '类别',
      connection: '连接',
      model: '模型',
      conversation: '对话',
      input: '输入',
      output: '输出',
      outcome: '结果',
      cost: '费用',
    },
    allConnections: '所有连接',
    allKinds: '所有类别',
    search: '搜索明细账',
    searchPlaceholder: '模型、部署或连接',
    rows: (count) => `${format.number(count)} 次调用`,
    none: '没有符合搜索条件的调用。',
    clear: '清除搜索和筛选',
    loading: '正在加载',
    outcomes: {
      complete: '完成',
      interrupted: '中断',
      stopped: '已停止',
      failed: '失败',
      blocked: '被阻止',
    },
    estimated: '估算',
    simulated: '模拟',
    units: {
      transaction: (count) => `${format.number(count)} 次事务`,
      query: (count) => `${format.number(count)} 次查询`,
      minute: (minutes) => `${minutes} 分钟`,
      unknown: (count) => `${format.number(count)} 个单位`,
    },
    tokens: (input, output) => `输入 ${input}，输出 ${output}`,
    noTokens: '无令牌',
    exportCsv: '将明细账导出为 CSV',
    exportJson: '将明细账导出为 JSON',
    exportNote: '导出内容为此处列出的调用，顺序相同。',
    notExported: '明细账未能导出。',
    notExportedRemedy: '请重试，或选择更短的时间范围。',
    notRead: '无法读取这些行。',
    dismiss: '关闭',
  },

  empty: {
    title: '还没有提问',
    text: '每次 Azure 调用及其费用都会汇总在这里，失败和被阻止的调用也会列出。',
    rangeTitle: '这段时间内没有提问',
    rangeText: '选择更长的时间范围即可查看更早的调用。',
    simulatedTitle: '这段时间内只有模拟调用',
    simulatedText: '模拟器的回答不产生费用。你可以将在 Azure 上会产生的费用包括进来。',
    ask: '针对图片提问',
    include: '包括模拟调用',
    showAll: '显示全部时间',
  },
};

function unknown(calls: number): string {
  return `${format.number(calls)} 次价格未知`;
}
