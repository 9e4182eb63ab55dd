import type { Failure } from '#domain/failure.ts';
import type { failures as English } from '../en/failures.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

const kinds: Translation<typeof English>['kinds'] = {
  unreachable: {
    title: (failure: Failure) => `${failure.origin ?? '终结点'} 没有响应`,
    why: '浏览器不会说明请求为何未能送达。常见原因如下，按可能性排列：',
    remedy: '请逐项排查，每改一处就用“设置”中的“测试连接”确认是否有效。',
  },
  offline: {
    title: '当前处于离线状态',
    why: '浏览器报告此设备没有网络连接。',
    remedy: '你的提示已保留，恢复联网后重试即可。',
  },
  redirected: {
    title: '终结点重定向到了其他地址',
    why: '重定向可能把你的密钥带给另一台服务器，因此 Sightline 从不跟随重定向。',
    remedy: '请直接填写最终地址作为终结点。网关前的登录页或缺失的路径常会造成这种情况。',
  },
  'credentials-refused': {
    title: 'Azure 未接受凭据',
    why: '密钥或令牌属于另一个资源、密钥已重新生成，或者终结点属于其他资源或区域。',
    remedy:
      '在 Azure 门户中打开该资源，进入“密钥和终结点”，从同一页复制“密钥 1”和终结点，然后在“设置”中重新填写这两项。',
  },
  'token-expired': {
    title: '持有者令牌已过期',
    why: 'Microsoft Entra ID 颁发的令牌有效期约为一小时。',
    remedy:
      '请获取新令牌并粘贴到“设置”中：az account get-access-token --resource https://cognitiveservices.azure.com --query accessToken -o tsv（v1 终结点请改用 --resource https://ai.azure.com）。',
  },
  'key-authentication-disabled': {
    title: '此资源不接受密钥',
    why: '该资源已禁用基于密钥的身份验证，任何密钥都无法使用，只能使用 Microsoft Entra ID。',
    remedy:
      '在“设置”中将身份验证改为“持有者令牌”，并粘贴 az account get-access-token 输出的令牌。你的帐户需要该资源上的“认知服务 OpenAI 用户”（Cognitive Services OpenAI User）角色。',
  },
  'network-rules': {
    title: '资源的网络规则拒绝了请求',
    why: '该资源只接受来自所选网络或专用终结点的请求，而你的地址不在其中。',
    remedy:
      '在 Azure 门户中打开该资源，进入“网络”，添加你的 IP 地址或选择“所有网络”，更改需几分钟生效。如果只允许专用终结点，请在该网络内使用 Sightline。',
  },
  forbidden: {
    title: 'Azure 拒绝访问',
    why: '凭据有效，但无权执行此调用：缺少角色，或者资源或订阅已被暂停。',
    remedy:
      '使用持有者令牌时，请在资源的“访问控制(IAM)”中为你的帐户分配“认知服务 OpenAI 用户”（Cognitive Services OpenAI User）角色；使用密钥时，请在 Azure 门户中检查资源是否已被禁用。',
  },
  'deployment-not-found': {
    title: '此资源上没有这个部署',
    why: '部署名称可自由命名，不一定与模型名称相同。新建的部署最多需要五分钟才可用。',
    remedy: '在 Microsoft Foundry 门户（ai.azure.com）中打开这个资源的部署列表，将名称原样复制到“设置”中。',
  },
  'resource-not-found': {
    title: '服务无法识别此地址',
    why: '主机有响应，但不认识此路径或此 API 版本。',
    remedy:
      '从 Microsoft Foundry 门户复制部署的目标 URI，完整粘贴到“设置”的“终结点或目标 URI”中，然后检查 API 版本。',
  },
  'model-retired': {
    title: '此部署背后的模型已停用',
    why: 'Microsoft 已停用这个模型版本。部署仍在列表中，但不再响应。',
    remedy: '请在 Microsoft Foundry 门户中部署当前的模型，然后在“设置”中填写新的部署及其模型。',
  },
  'request-timeout': {
    title: 'Azure 已放弃处理此请求',
    why: '服务处理时间过长 (408)。图片多而大、回答很长或区域繁忙都可能造成这种情况。',
    remedy: '请重试。如果再次出现，请减少图片，或在“请求设置”中降低最大令牌数。',
  },
  'body-too-large': {
    title: '请求过大',
    why: '服务或其前面的网关限制了请求大小 (413)。每次提示都会重新发送整个对话中的图片。',
    remedy: '请为大图片选择“适应模型所见尺寸”、移除部分图片，或只保留最新的图片。',
  },
  'rate-limited': {
    title: '已达到此部署的速率限制',
    why: ({ retryAfterMs }: Failure) =>
      (retryAfterMs === undefined ? '' : `Azure 要求等待 ${format.duration(retryAfterMs)}。`) +
      '无论回答多短，提示和全部“最大令牌数”都会计入部署的每分钟令牌数 (TPM)。',
    remedy:
      '请等待，或在“请求设置”中降低最大令牌数。在配额允许的范围内，可在 Microsoft Foundry 门户中提高部署的每分钟令牌数。',
  },
  'too-many-headers': {
    title: '服务拒绝了请求标头',
    why: 'Azure 最多接受 10 个自定义标头，Sightline 只发送两个，说明中间有其他环节添加了标头 (431)。',
    remedy: '请停用浏览器扩展和代理后重试，或联系网关的管理员。',
  },
  'server-error': {
    title: (failure: Failure) =>
      `服务发生内部错误${failure.status === undefined ? '' : ` (${String(failure.status)})`}`,
    why: '问题出在 Azure 一侧，请求本身可能没有错误。',
    remedy: '请稍后重试。如果持续出现，请查看 azure.status.microsoft，或改用其他区域的部署。',
  },
  'prompt-blocked': {
    title: '内容筛选器阻止了此提示',
    why: 'Azure 在文本或图片中发现了此部署的筛选器不允许的内容。被阻止的提示也会计费。',
    remedy: '请改写提示或去掉某张图片。如果筛选器不适合你的工作，可在 Microsoft Foundry 门户中为该部署调整。',
  },
  'picture-refused': {
    title: 'Azure 无法读取某张图片',
    why: '服务接受 JPEG、PNG、GIF 和 WebP，但未能将收到的数据识别为其中任何一种。',
    remedy: '请编辑提示并移除该图片，或用图片编辑器重新保存后再添加。',
  },
  'picture-url-unreadable': {
    title: 'Azure 无法从 URL 加载图片',
    why: '图片由服务自行加载：URL 必须可公开访问、无需登录且响应迅速。',
    remedy:
      '请在无痕窗口中打开该 URL 检查。Azure 存储中的 blob 需要在 URL 中带有 SAS 令牌。也可以下载图片后作为文件添加。',
  },
  'pictures-not-supported': {
    title: '此模型不接受图片',
    why: '此部署背后的模型只能读取文本。',
    remedy: '请选择模型支持图片的连接，或从提示中移除图片。',
  },
  'parameter-refused': {
    title: (failure: Failure) =>
      failure.param ? `服务不接受参数 ${failure.param}` : '服务不接受其中一个参数',
    why: '部署背后的模型或此 API 版本不支持该设置。常见原因是连接中选择的模型与部署实际使用的模型不同。',
    remedy: '请在“请求设置”中去掉该项，或在“设置”中更正模型和 API 版本。',
  },
  'bad-request': {
    title: (failure: Failure) =>
      `服务拒绝了此请求${failure.status === undefined ? '' : ` (${String(failure.status)})`}`,
    why: 'Sightline 无法从响应中识别具体原因，服务的原文见“详细信息”。',
    remedy: '请在“设置”中检查连接的模型和 API 版本。',
  },
  'not-a-chat-answer': {
    title: '返回的不是聊天回答',
    why: '收到的是网页、空内容或其他数据。通常是登录页、代理或路径错误所致。',
    remedy: '请在“设置”中检查终结点，并使用“测试连接”。',
  },
  'service-error': {
    title: '服务在回答过程中报告了错误',
    why: '服务已接受请求，但随后返回了错误，而不是其余的回答。',
    remedy: '已收到的内容会保留。请重试；如果持续出现，请改用其他部署。',
  },
  'cut-off': {
    title: '回答中断',
    why: '在服务表明回答完整之前，连接已结束。',
    remedy: '已收到的内容会保留。可以从中断处继续，或重新提问。',
  },
  stalled: {
    title: '回答停止传输',
    why: '长时间没有收到任何数据，因此已结束此调用。',
    remedy: '已收到的内容会保留。可以从中断处继续，或重新提问。',
  },
  'left-running': {
    title: '回答尚未完成时 Sightline 已关闭',
    why: '页面在回答完成之前离开。服务可能已按完整回答计费。',
    remedy: '已收到的内容会保留。可以从中断处继续，或重新提问。',
  },
  'too-many-pictures': {
    title: ({ actual, limit }: Failure) =>
      `${actual === undefined ? '图片过多' : `共 ${format.number(actual)} 张图片`}${
        limit === undefined ? '' : `，此模型最多接受 ${format.number(limit)} 张`
      }`,
    why: '整个对话中的图片都计算在内，因为每次提示都会重新发送它们。',
    remedy: '请让较早的图片不随请求发送，它们仍会保留在对话中。',
  },
  'picture-too-large': {
    title: ({ detail }: Failure) => (detail === '' ? '某张图片过大' : `“${detail}”过大`),
    why: ({ actual, limit }: Failure) =>
      actual === undefined || limit === undefined
        ? '它超出了服务对单张图片的限制。'
        : `发送时大小为 ${format.bytes(actual)}，而服务对每张图片的限制为 ${format.bytes(limit)}。`,
    remedy: '请为它选择“适应模型所见尺寸”，或添加较小的版本。',
  },
  'request-too-large': {
    title: '请求过大',
    why: ({ actual, limit }: Failure) =>
      actual === undefined || limit === undefined
        ? '它超出了服务单次可接受的大小。'
        : `请求大小为 ${format.bytes(actual)}，而服务单次最多接受 ${format.bytes(limit)}。`,
    remedy: '请移除部分图片、选择“适应模型所见尺寸”，或只保留最新的图片。',
  },
  'connection-incomplete': {
    title: '连接信息不完整',
    why: ({ param }: Failure) => {
      switch (param) {
        case 'endpoint':
          return '缺少终结点，或终结点无法使用。';
        case 'credential':
          return '缺少密钥或令牌，或者它是为另一个终结点填写的。';
        case 'deployment':
          return '缺少部署名称，或部署名称无法使用。';
        default:
          return '缺少每个请求都需要的信息：终结点、密钥或部署。';
      }
    },
    remedy: '请打开“设置”，补全缺少的内容。',
  },
  'enhancements-one-picture': {
    title: '增强功能只看一张图片',
    why: ({ actual }: Failure) =>
      actual === undefined
        ? '使用 OCR 或定位增强的请求只能有一张图片，整个对话中的图片都计算在内。'
        : `此请求会有 ${format.number(actual)} 张图片，而使用 OCR 或定位增强时只能有一张。整个对话中的图片都计算在内。`,
    remedy: '请只保留一张图片，或在“请求设置”中关闭增强功能。',
  },
  'enhancements-not-here': {
    title: '此处没有增强功能',
    why: '只有 GPT-4 Turbo with Vision（vision-preview）支持，且 API 版本须在 2023-12-01-preview 到 2024-03-01-preview 之间，各版本的写法也不尽相同。',
    remedy:
      '请在“请求设置”中关闭增强功能，改用其中的“先读取文字并查找物体”。如果模型确实支持，请在“设置”中检查 API 版本和“增强功能的写法”。',
  },
  'vision-missing': {
    title: '没有可用的计算机视觉资源',
    why: '此连接没有填写计算机视觉资源，或者缺少密钥，或者密钥是为另一个终结点填写的。',
    remedy: '请打开“设置”，在“计算机视觉”中填写终结点和密钥。',
  },
  'vision-wrong-key': {
    title: '此密钥无法用于计算机视觉',
    why: '它是另一种资源（例如 Azure OpenAI 资源）的密钥，或者属于另一个区域的资源。',
    remedy:
      '在 Azure 门户中打开计算机视觉资源或 Azure AI 服务资源，进入“密钥和终结点”，从同一页将“密钥 1”和终结点复制到“设置”中。',
  },
  'vision-region': {
    title: '此区域没有描述功能',
    why: '图像分析仅在以下区域提供描述：美国东部、美国西部、法国中部、北欧、西欧、东南亚、东亚和韩国中部。',
    remedy: '请不使用描述功能继续，或使用这些区域中的计算机视觉资源。',
  },
  'vision-picture-too-small': {
    title: '有一张图片太小，无法读取',
    why: '图像分析只接受大于 50 × 50 像素的图片。',
    remedy: '请不读取直接发送问题，或添加更大的版本。',
  },
  'vision-picture-too-large': {
    title: '有一张图片太大，无法读取',
    why: '图像分析只接受小于 20 MB 且每边小于 16,000 像素的图片。',
    remedy: '请不读取直接发送问题，或添加更小的版本。',
  },
  'vision-refused': {
    title: '图像分析拒绝了请求',
    why: '服务没有以 Sightline 可识别的形式说明原因，原文在“详细信息”中。',
    remedy: '请不读取直接发送问题，或在“请求设置”中更改要查找的内容或语言。',
  },
  'blob-unreachable': {
    title: ({ origin }: Failure) => `${origin ?? '存储账户'} 没有应答`,
    why: '最可能的原因是存储账户没有针对此页面的 CORS 规则，浏览器因此会拦截一切。账户名有误、账户的防火墙或拦截请求的扩展，看起来也完全一样。',
    remedy:
      '请添加“视频”页面上显示的 CORS 规则。如果规则已有，请在 Azure 门户中检查账户名及其“网络”页面。已上传的内容由服务保留。',
  },
  'blob-not-found': {
    title: '没有这个容器或文件',
    why: '存储账户有应答，但不认识该地址所指的内容。',
    remedy: '请检查设置中 SAS URL 里的容器。容器被删除时，其中的文件也会一并消失。',
  },
  'sas-expired': {
    title: 'SAS URL 已过期',
    why: '其结束时间已过，或开始时间尚未到来。',
    remedy: '请在 Azure 门户的“共享访问令牌”中为该容器新建一个，并填入设置。',
  },
  'sas-lacks-permission': {
    title: 'SAS URL 不允许此操作',
    why: '上传需要对容器的读取权限，以及创建或写入权限。',
    remedy: '请在 Azure 门户中新建一个包含读取、创建、写入和列出权限的 SAS URL，并填入设置。',
  },
  'sas-refused': {
    title: '存储账户拒绝了 SAS URL',
    why: '签名不符：可能被截断、签名所用的密钥已更换，或账户不允许从此网络访问。',
    remedy: '请重新完整复制 SAS URL，或新建一个，并填入设置。',
  },
  'index-not-found': {
    title: '没有这个索引',
    why: '计算机视觉资源不认识该索引：它已被删除，或属于另一个资源。',
    remedy: '请在“视频”页面选择其他索引，或新建该索引并重新添加视频。',
  },
  'index-exists': {
    title: '已有同名索引',
    why: '在一个计算机视觉资源内，索引名称不能重复。',
    remedy: '请换一个名称，或使用已有的索引。',
  },
  'video-unreadable': {
    title: '无法继续读取视频',
    why: '此浏览器无法解码，或文件已损坏、已被移动。',
    remedy: '请重新选择文件，或将其转换为所有浏览器都能读取的 MP4（H.264 与 AAC）。',
  },
  'video-one-only': {
    title: '一次提问只能有一个视频',
    why: ({ actual }: Failure) =>
      actual === undefined
        ? '关于索引中视频的提示只能指定一个视频。'
        : `此提示有 ${format.number(actual)} 个索引中的视频，但只能指定一个。`,
    remedy: '请保留一个视频，其他视频请另行提问。',
  },
  'video-with-pictures': {
    title: '关于视频的提问不能带图片',
    why: '一个提示只能包含索引中的视频或图片之一；另一个视频的帧也算图片。',
    remedy: '请移除图片或视频。',
  },
  'video-without-words': {
    title: '关于视频的提问需要文字',
    why: '服务根据问题选取画面帧，而只有索引中视频的提示没有提出任何问题。',
    remedy: '请写下你想了解的内容，例如“描述这个视频”。',
  },
  'video-not-here': {
    title: '此连接无法就索引中的视频提问',
    why: ({ param, detail }: Failure) => {
      switch (param) {
        case 'not-this-model':
          return '只有 GPT-4 Turbo with Vision（vision-preview）曾能查看索引，此连接的模型不能。';
        case 'not-this-version':
          return detail === ''
            ? 'v1 API 从未提供此功能：仅 API 版本 2023-12-01-preview、2024-02-15-preview 和 2024-03-01-preview 提供。'
            : `API 版本 ${detail} 没有此功能：仅 2023-12-01-preview、2024-02-15-preview 和 2024-03-01-preview 提供。`;
        case 'no-vision-resource':
          return '索引位于计算机视觉资源中，而此连接没有填写该资源。';
        case 'no-sas':
          return '服务通过 SAS URL 打开视频，而此连接没有保存合适的 SAS URL：没有该容器的 SAS URL，或者该视频已不在你的视频中。';
        default:
          return '需要 GPT-4 Turbo with Vision（vision-preview）、包含该索引的计算机视觉资源，以及视频的 SAS URL。';
      }
    },
    remedy:
      '请选择或补全一个满足这些条件的连接。也可以直接添加视频文件：其画面帧和语音可以发送给任何支持图片的模型。',
  },
  'data-source-refused': {
    title: '服务没有找到请求中的数据源',
    why: '服务按另一种写法查找数据源：dataSources 或 data_sources，取决于 API 版本和请求的内容。',
    remedy: '请在“设置”中打开此连接并选择另一种写法：图片在“计算机视觉”下，视频在“关于视频的提问”下。',
  },
  'storage-full': {
    title: '没有剩余空间可供保存',
    why: '浏览器拒绝存储更多数据。你看到的内容仅存在于屏幕上。',
    remedy: '请不要关闭此标签页。释放设备空间或删除图片较多的对话，然后重试。',
  },
  'storage-failed': {
    title: '浏览器无法保存',
    why: '浏览器的数据库未接受此更改。你看到的内容可能仅存在于屏幕上。',
    remedy: '请先复制重要内容，再重新加载页面。如果再次出现，请重启浏览器。',
  },
  'changed-elsewhere': {
    title: '另一个标签页正在使用此对话',
    why: '该标签页更改了此对话，或正在其中等待回答，因此没有覆盖那边的内容。',
    remedy: '请等待另一个标签页完成或在那里停止，然后重试。',
  },
  'picture-missing': {
    title: ({ detail }: Failure) => (detail === '' ? '缺少一张图片' : `缺少“${detail}”`),
    why: '它的数据已不在此浏览器的存储中。',
    remedy: '请编辑提示并重新添加该图片，或将其移除。',
  },
  'picture-unreadable': {
    title: '无法读取某张图片',
    why: '此浏览器无法解码或转换它。',
    remedy: '请将其移除，或另存为 JPEG 或 PNG 后重新添加。',
  },
  unexpected: {
    title: 'Sightline 出现问题',
    why: '这是应用自身的故障，与 Azure 或你的连接无关。',
    remedy: '请重新加载页面后重试。详细信息有助于排查问题。',
  },
};

const whileReading: Translation<typeof English>['whileReading'] = {
  'credentials-refused': {
    title: '计算机视觉未接受密钥',
    why: '密钥属于另一个资源，或已重新生成。',
    remedy:
      '在 Azure 门户中打开计算机视觉资源，进入“密钥和终结点”，从同一页复制“密钥 1”和终结点，然后在“设置”中重新填写这两项。',
  },
  'key-authentication-disabled': {
    title: '计算机视觉资源不接受密钥',
    why: '该资源已禁用基于密钥的身份验证。',
    remedy: '请在 Azure 门户中为其启用密钥，或改用同一个 Azure AI 服务资源和持有者令牌。',
  },
  forbidden: {
    title: '计算机视觉拒绝访问',
    why: '凭据有效，但无权执行此调用：缺少角色，或者资源或订阅已被暂停。',
    remedy:
      '使用持有者令牌时，请在资源的“访问控制(IAM)”中为你的帐户分配“认知服务用户”（Cognitive Services User）角色；使用密钥时，请在 Azure 门户中检查资源是否已被禁用。',
  },
  'resource-not-found': {
    title: '此地址没有图像分析服务',
    why: '主机有响应，但没有图像分析 4.0。并非所有区域都提供此服务。',
    remedy: '请在“设置”中检查计算机视觉终结点。',
  },
  'request-timeout': {
    title: '图像分析耗时过长',
    why: '服务放弃了对某张图片的处理 (408)，区域繁忙可能造成这种情况。',
    remedy: '请重试，或不读取直接发送问题。',
  },
  'rate-limited': {
    title: '已达到计算机视觉的速率限制',
    why: ({ retryAfterMs }: Failure) =>
      (retryAfterMs === undefined ? '' : `Azure 要求等待 ${format.duration(retryAfterMs)}。`) +
      '免费资源 (F0) 每分钟可读取 20 张图片、每月 5,000 张，付费资源 (S1) 每秒 20 张。',
    remedy: '请等待，或不读取直接发送问题。已读取的内容会保留。',
  },
  'not-a-chat-answer': {
    title: '返回的不是图像分析的结果',
    why: '收到的是网页、空内容或其他内容，常见原因是登录页、代理或错误的路径。',
    remedy: '请在“设置”中检查计算机视觉终结点。',
  },
};

export const failures: Translation<typeof English> = {
  kinds,
  whileReading,
  reading: (title) => `读取图片时：${title}`,
  unreachableCauses: {
    host: '主机名有误或不存在。请与 Azure 门户中该资源的“密钥和终结点”核对。',
    network: '资源只接受来自专用终结点或所选网络的请求。请在 Azure 门户中查看该资源的“网络”。',
    gateway:
      '前面有代理或 API 管理，但未配置 CORS 策略。它必须允许此页面的源、POST 方法，以及标头 api-key、authorization 和 content-type（计算机视觉还需 ocp-apim-subscription-key）。',
    redirect:
      '终结点重定向到了其他地址。重定向可能把你的密钥带给另一台服务器，因此 Sightline 从不跟随。请直接填写最终地址。',
    blocker: '广告拦截器、其他扩展或公司代理阻止了请求。请尝试使用无痕窗口。',
    offline: '此设备没有连接到互联网。',
  },
};
