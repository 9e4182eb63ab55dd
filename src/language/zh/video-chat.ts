import type { videoChat as English } from '../en/video-chat.ts';
import { createFormat } from '../format.ts';
import type { Translation } from '../translation.ts';

const format = createFormat('zh-CN');

export const videoChat: Translation<typeof English> = {
  notice: {
    oneTitle: '一次提问只能有一个索引中的视频。',
    several: (count) => `此提示有 ${format.number(count)} 个视频。`,
    picturesTitle: '关于索引中视频的提问不能带图片。',
    withPictures: (count) => `除视频外，此提示还有 ${format.number(count)} 张图片。`,
    keep: (name) => `只保留 ${name}`,
    again: (name, place) => `${name}（${format.number(place)}）`,
    removePictures: () => '移除图片',
    removeVideo: '移除视频',
    openSettings: '打开设置',
  },

  source: {
    video: '视频',
    why: (textTokens, frames, frameTokens) =>
      `约 ${format.number(textTokens)} 个文本令牌，加 ${format.number(frames)} 帧，每帧 ${format.number(frameTokens)} 个`,
  },

  form: {
    spelling: '关于视频的提问',
    spellingHint:
      '用于网关或实际情况与 API 版本不一致的情况。路径和字段都选择后，任何带日期的版本都可以提问。',
    variant: '视频索引的参数',
    byResource: '按 API 版本和资源',
    variants: {
      A: 'A · computerVisionBaseUrl 和密钥',
      B: 'B · endpoint 和密钥',
      C: 'C · 此资源，使用 SAS URL',
      D: 'D · 此资源，使用托管标识',
      E: 'E · endpoint 和密钥，下划线写法',
    },
    path: '视频的终结点路径',
    sources: '视频的数据源字段',
    managedIdentity: '此资源使用其托管标识读取存储帐户',
    managedIdentityHint: '这样提问时不会发送 SAS URL。从此页面上传仍然需要 SAS URL。',
    stepsTitle: '需要在 Azure 中完成一次的步骤：',
    steps: [
      '在 Azure 门户中打开 Azure AI 服务资源，进入“标识”。将系统分配标识的状态设为“开”并保存，或添加用户分配的标识。',
      '打开存储帐户，进入“访问控制(IAM)”，选择“添加角色分配”。',
      '选择角色“存储 Blob 数据读取者”（Storage Blob Data Reader），成员选择该 Azure AI 服务资源的托管标识。',
      '请等待几分钟，新角色才会生效。',
    ],
  },
};
