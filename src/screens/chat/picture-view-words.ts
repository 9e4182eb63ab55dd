import type { ModelCapabilities } from '#domain/connection.ts';
import type { Detail, PixelSize } from '#domain/image-tokens.ts';
import {
  cellCount,
  pictureCost,
  savingAt,
  type PictureCost,
  type PictureView,
  type Span,
} from '#domain/picture-view.ts';
import { f, m } from '#language';

export function pixelWords({ widthPx, heightPx }: PixelSize): string {
  return m().conversation.attachments.pixels(f().number(widthPx), f().number(heightPx));
}

/** 4,032 × 3,024 → 1,024 × 768, 2 × 2 tiles */
export function seenWords(attached: PixelSize, view: PictureView): string {
  const words = m().picturePanel;
  const { seen } = view;
  const isResized = seen.widthPx !== attached.widthPx || seen.heightPx !== attached.heightPx;
  const size = isResized
    ? words.resized(pixelWords(attached), pixelWords(seen))
    : words.asItIs(pixelWords(seen));
  return words.seen(size, cellWords(view));
}

/** 2 × 2 tiles */
export function cellWords({ grid }: PictureView): string {
  const words = m().picturePanel;
  return grid ? words.cells[grid.kind](grid.columns, grid.rows) : words.whole;
}

/** 85 + 4 tiles × 170 = 765 tokens */
export function sumWords({ sum, tokens }: PictureView): string {
  const words = m().picturePanel.sums;
  switch (sum.kind) {
    case 'flat':
      return words.flat(sum.base);
    case 'tiles':
      return words.tiles(sum.base, sum.tiles, sum.perTile, tokens);
    case 'patches':
      return words.patches(sum.patches, sum.multiplier, tokens);
    case 'rows':
      return words.rows(sum.cells, sum.rows, tokens);
  }
}

/** A rule that is not Azure's own makes an estimate of the figure. */
export function tokenWords(cost: PictureCost, by: ModelCapabilities['imageTokensBy']): string {
  const words = m().picturePanel;
  switch (cost.kind) {
    case 'known':
      return spanWords(cost.tokens, (count) => f().number(count), by);
    case 'rejected':
      return words.rejected;
    case 'no-pictures':
      return words.noPictures;
    case 'unknown-rule':
      return words.unknown;
  }
}

/** Empty where there is nothing to pay. */
export function dollarWords(cost: PictureCost, by: ModelCapabilities['imageTokensBy']): string {
  if (cost.kind === 'rejected' || cost.kind === 'no-pictures') return '';
  if (cost.kind === 'unknown-rule' || !cost.nanos) return m().picturePanel.unknown;
  return spanWords(cost.nanos, (nanos) => f().money(nanos), by);
}

/** What the closed tile says without being asked; null: nothing. */
export function hintWords(
  capabilities: ModelCapabilities | null,
  size: PixelSize | null,
  detail: Detail,
): string | null {
  const saving = capabilities && savingAt(capabilities, size, detail);
  return saving && m().picturePanel.saving(detail, saving);
}

/** The service takes no such picture; null: it does, or nobody knows. */
export function rejectionWords(
  capabilities: ModelCapabilities | null,
  size: PixelSize | null,
  detail: Detail,
): string | null {
  const cost = capabilities && pictureCost(capabilities, null, size, detail);
  return cost?.kind === 'rejected' ? m().picturePanel.rejectedWhy(cost.mostPatches) : null;
}

/** How many cells of a drawing so wide stand in one of its squares: fewer pixels apart, lines hide the picture. */
export function cellsASquare(view: PictureView, drawnWidthPx: number): number {
  const leastApartPx = 5;
  if (!view.grid || drawnWidthPx === 0 || cellCount(view.grid) === 1) return 1;
  const apartPx = (view.grid.sidePx * drawnWidthPx) / view.seen.widthPx;
  let cells = 1;
  while (cells * apartPx < leastApartPx) cells *= 2;
  return cells;
}

function spanWords(
  { min, max }: Span,
  format: (value: number) => string,
  by: ModelCapabilities['imageTokensBy'],
): string {
  const words = m().picturePanel;
  const figure = min === max ? format(min) : words.range(format(min), format(max));
  return by === 'azure' ? figure : words.about(figure);
}
