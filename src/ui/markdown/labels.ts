/** The words that a drawn text needs of its own. */
export interface MarkdownLabels {
  readonly copyCode: string;
  readonly copied: string;
  /** Of the link that opens a remote picture in a new tab. */
  readonly open: string;
  /** Stands in place of a remote picture, which is never loaded. */
  picture(host: string): string;
}
