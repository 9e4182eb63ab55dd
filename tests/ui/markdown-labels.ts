import type { MarkdownLabels } from '#ui/markdown/labels.ts';

export const labels: MarkdownLabels = {
  copyCode: 'Copy code',
  copied: 'Copied',
  open: 'Open',
  picture: (host) => `Picture from ${host}`,
};
