import type { bill as English } from '../en/bill.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const { number, percent } = createFormat('zh-CN');
const figures = new Intl.NumberFormat('zh-CN', { maximumSignificantDigits: 3 });

export const bill: Translation<typeof English> = {
  heading: '与账单核对',
  lead: '按日期和计量项并列显示 Sightline 的统计与 Azure 的收费。账单只在此浏览器中读取，不会发送到任何地方。',
  how: '在 Azure 门户中打开“成本管理”>“成本分析”，粒度选择“每日”，分组依据选择“计量”，然后下载 CSV。“成本管理”>“导出”生成的文件信息更全，还包含令牌数。',

  text: '账单 CSV',
  textPlaceholder: '将各行粘贴到此处，并包含列名所在的行',
  open: '打开 CSV 文件',
  fileInput: '账单的 CSV 文件',
  compare: '比较',
  stop: '停止',
  pasted: '粘贴的文本',
  source: (name, size) => `${name}（${size}）`,
  remove: (name) => `移除${name}`,
  working: { bill: '正在读取账单', ledger: '正在读取明细账' },
  failed: '无法比较账单。',

  problems: {
    empty: '没有可比较的内容。请粘贴账单或打开账单文件。',
    notCsv: {
      'web-page': '这是网页，不是 CSV 文件。可能下载时已退出登录，请重新下载。',
      json: '这是 JSON，不是 CSV。请将账单下载为 CSV。',
      workbook: '这是 Excel 工作簿。请另存为 CSV，或将账单下载为 CSV。',
      parquet: '这是 Parquet 文件。请在导出中选择 CSV 格式。',
      other: '这不是带有列的 CSV 文件。',
    },
    tooLarge: (size, limit) => `文件过大：${size}，上限为 ${limit}。请导出较少的天数，或按服务筛选。`,
    columnsMissing: (missing, found) => `未找到包含${missing}的列。现有的列：${found}。`,
    missing: { day: '日期', meter: '计量项', cost: '费用' },
    remedy: {
      day: '请在“成本分析”中将粒度设为“每日”。',
      meter: '请在“成本分析”中将分组依据设为“计量”。',
      cost: '请下载费用数据，而不只是用量。',
    },
    noRows: '文件中有列名，但没有费用。',
    unreadable: {
      day: (found) => `无法读取任何日期。第一个是“${found}”。`,
      cost: (found) => `无法读取任何费用。第一个是“${found}”。`,
    },
    currency: (codes) =>
      `账单币种为 ${codes}，且没有美元列，而 Sightline 以美元计算。从“成本分析”下载的文件包含美元列（CostUSD）。`,
  },

  summary: '合计',
  bill: '账单',
  ours: 'Sightline',
  difference: '差额',
  unknownPrice: (calls) => `${number(calls)} 次调用价格未知`,
  withUnknown: (amount, unknown) => `${amount} + ${unknown}`,
  days: (first, last) => (first === last ? `${first}（UTC）` : `${first}至 ${last}（UTC）`),
  more: (amount, share) => (share ? `+${amount}（+${share}）` : `+${amount}`),
  less: (amount, share) => (share ? `−${amount}（−${share}）` : `−${amount}`),
  counts: {
    equal: (count) => `${number(count)} 行一致`,
    differ: (count) => `${number(count)} 行不同`,
    onlyOnBill: (count) => `${number(count)} 行仅在账单中`,
    onlyHere: (count) => `${number(count)} 行仅在 Sightline 中`,
    unknown: (count) => `${number(count)} 行价格未知`,
  },
  notes: {
    leftOut: (rows, amount) => `已略过其他服务的 ${number(rows)} 行（${amount}）。`,
    unreadable: (rows) => `有 ${number(rows)} 行无法读取，未计入合计。`,
    dollarColumn: (currency) =>
      currency === '' ? '比较时使用的是美元列。' : `账单币种为 ${currency}；比较时使用的是美元列。`,
    pricingColumn: (currency) => `账单币种为 ${currency}；比较时使用的是定价币种（美元）的费用。`,
    assumedDollars: '文件未注明币种，按美元处理。',
    hourly: (calls) => `预配部署的 ${number(calls)} 次调用按小时付费，未参与比较。`,
    late: 'Azure 通常在 8 到 24 小时后显示用量，并在月份结束后最多 72 小时内结清。费用未扣除抵扣额，也不含税。模拟的回答不参与比较。',
  },

  table: '账单比较',
  onlyDifferences: '仅显示差异',
  showMore: (count) => `再显示 ${number(count)} 行`,
  nothing: '这些日期里，账单和 Sightline 都没有记录。',
  allEqual: '各行均一致。',
  columns: { day: '日期 (UTC)', meter: '计量项', bill: '账单', ours: 'Sightline', difference: '差异' },
  absent: '无',
  bought: {
    input: '输入',
    cached: '缓存输入',
    'cache-write': '缓存写入',
    output: '输出',
    'image-analysis-group-1': '图像分析，第 1 组',
    'image-analysis-group-2': '图像分析，第 2 组（OCR、描述）',
    'video-ingestion': '视频索引',
    'video-query': '视频查询',
    transcription: '转录',
    other: '其他',
  },
  deployments: {
    global: '全局',
    'data-zone': '数据区域',
    regional: '区域',
    provisioned: '预配',
    'global-batch': '全局批处理',
    'data-zone-batch': '数据区域批处理',
  },
  quantity: {
    tokens: (count) => `${number(count)} 个令牌`,
    transactions: (count) => `${number(count)} 次事务`,
    minutes: (minutes) => `${figures.format(minutes)} 分钟`,
  },

  differences: {
    equal: '一致',
    onlyOnBill: '仅在账单中',
    onlyOnBillWhy: '在 Sightline 之外使用：同一订阅下的其他应用或人员，或其他浏览器。',
    hourlyWhy: '按小时付费的容量，不按调用计费。',
    onlyHere: '仅在 Sightline 中',
    onlyHereWhy: '不在此文件中：属于其他订阅或资源，或被筛选掉。',
    notYetWhy: '可能尚未入账：用量最多可能延迟 72 小时。也可能属于其他订阅或资源。',
    unknownPrice: '此处价格未知',
    unknownPriceWhy: (calls) => `此行有 ${number(calls)} 次调用在 Sightline 中没有价格。`,
    billMore: (amount) => `账单多 ${amount}`,
    billLess: (amount) => `账单少 ${amount}`,
    estimatedWhy: (calls) => `${number(calls)} 个回答提前结束且未报告令牌数，由 Sightline 估算。`,
    deploymentWhy: (billed, ours) => `按“${billed}”计费，而连接中设为“${ours}”。`,
    tierWhy: {
      priority: '按优先处理计费，而 Sightline 并未请求优先处理。',
      flex: '按弹性处理计费，而 Sightline 并未请求弹性处理。',
    },
    longContextWhy: '按长请求的价格计费。',
    countsMoreWhy: (share) => `单价相同，账单多计 ${share}：可能有其他人使用同一模型。`,
    countsLessWhy: (share) => `单价相同，账单少计 ${share}：部分用量可能尚未入账。`,
    priceWhy: (times) => `数量相同，单价为 ${times} 倍。`,
    bothWhy: (counts, times) => `账单的数量为 ${counts} 倍，单价为 ${times} 倍。`,
    costWhy: (times) => `费用为 ${times} 倍；此文件没有数量。`,
    likely: {
      'zone-or-region': '可能是数据区域或区域价格？',
      batch: '可能是批处理价格？',
      'double-rate': '可能是长请求或优先处理？',
      discount: (share) => `可能有 ${share} 的折扣？`,
    },
  },
  ratio: (value) => figures.format(value),
  share: (value) => percent(value),
};
