/** What Microsoft publishes: models, prices, token rules, limits. Dated; a person's own prices go over it. */
export { capabilitiesOf } from './capabilities.ts';
export { limits, type Limit } from './limits.ts';
export { findModel, findModelByReportedName, guessModelFromDeployment } from './look-up.ts';
export { imageAnalysisGroup, meterPrice, meters, type MeterId, type MeterRow } from './meters.ts';
export { models } from './models.ts';
export type { CatalogModel, Lifecycle, ModelStatus } from './model.ts';
export { deploymentFactors, pricesOf, priceOf, priceOfType, routedPrice, routerFee } from './pricing.ts';
export type { PriceRow } from './prices.ts';
export { retirementOf, statusOf, type Retirement } from './retirement.ts';
export { schemes, type SchemeId, type SchemeRow } from './schemes.ts';
export { CHECKED_ON, type Source } from './source.ts';
