import type { CatalogModel } from '#catalog';
import type { Connection, DeploymentType } from '#domain/connection.ts';
import { scalePrice, type ModelPrice } from '#domain/money.ts';
import { ownPriceOf, type PriceBook } from '#domain/price-book.ts';

/** What decides a price. */
export type Billed = Pick<Connection, 'model' | 'deploymentType' | 'discountPercent'>;

export interface Pricing {
  readonly catalog: typeof import('#catalog');
  readonly book: PriceBook;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What a call of this connection costs, or null: not known. The person's own price comes first, then that of the model
 * which the service says has answered, then that of the model the connection names; a discount comes off whichever.
 */
export function priceFor(
  { model, deploymentType = 'global', discountPercent = 0 }: Billed,
  reportedModel: string | null,
  pricing: Pricing,
): ModelPrice | null {
  const price = listPrice(model, deploymentType, reportedModel, pricing);
  return price && discountPercent > 0
    ? scalePrice(price, 1 - discountPercent / 100, `discount of ${discountPercent} %`)
    : price;
}

/** Scaled to nothing, with the reason as its source. */
const byTheHour: ModelPrice = {
  inputPerMillion: 0,
  outputPerMillion: 0,
  source: 'no price by the token',
  asOf: '',
};

function listPrice(
  choice: Connection['model'],
  type: DeploymentType,
  reportedModel: string | null,
  { catalog, book, now }: Pricing,
): ModelPrice | null {
  const { findModel, findModelByReportedName, priceOf, priceOfType, routedPrice } = catalog;
  // Capacity that is paid by the hour costs nothing by the token, whatever the model and whoever knows its price.
  if (type === 'provisioned') return priceOfType(byTheHour, type);
  if (choice.kind === 'other' && choice.price) return choice.price;
  const priced = (model: CatalogModel): ModelPrice | null =>
    ownPriceOf(book, model.id, type, now) ?? priceOf(model, now, type);
  const reported = reportedModel === null ? null : findModelByReportedName(reportedModel);
  const chosen = choice.kind === 'catalog' ? findModel(choice.id) : null;
  if (chosen?.imageTokens === 'routed') {
    const answered = reported && priced(reported);
    return answered ? routedPrice(answered) : null;
  }
  const own = choice.kind === 'catalog' && !chosen ? ownPriceOf(book, choice.id, type, now) : null;
  const model = reported ?? chosen;
  return own ?? (model ? priced(model) : null);
}
