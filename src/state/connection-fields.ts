import { checkBlobSas, checkVisionEndpoint, readBearerToken, type BlobSasProblem } from '#azure';
import type { TargetUri, TargetUriRefusal, UrlRefusal } from '#azure';
import type { Connection, Endpoint, ModelCapabilities, ModelChoice, SecretName } from '#domain/connection.ts';
import type { ModelPrice } from '#domain/money.ts';

/** The form as typed: texts, and choices where null means that nobody chose yet. */
export interface ConnectionFields {
  readonly name: string;
  readonly endpoint: string;
  /** The person's own choice of API family; null: as the endpoint says. */
  readonly api: 'classic' | 'v1' | null;
  readonly authentication: Connection['authentication'];
  readonly apiKey: string;
  readonly bearerToken: string;
  readonly deployment: string;
  /** A catalogue id, `other`, or null. */
  readonly modelId: string | null;
  readonly other: OtherModelFields;
  readonly apiVersion: string;
  readonly visionEndpoint: string;
  readonly visionKey: string;
  readonly blobSas: string;
}

/** A model that the catalogue does not know. Numbers and prices as typed; empty: not known. */
export interface OtherModelFields {
  readonly name: string;
  readonly takesPictures: boolean;
  readonly streams: boolean;
  readonly takesSampling: boolean;
  readonly jsonMode: boolean;
  readonly maxTokensParam: ModelCapabilities['maxTokensParam'];
  readonly maxPictures: string;
  readonly contextTokens: string;
  readonly maxOutputTokens: string;
  /** US dollars a million tokens. */
  readonly inputPrice: string;
  readonly cachedInputPrice: string;
  readonly outputPrice: string;
}

export type FieldProblem =
  | { readonly code: 'missing' }
  | { readonly code: 'endpoint'; readonly reason: TargetUriRefusal }
  | { readonly code: 'address'; readonly reason: UrlRefusal }
  | { readonly code: 'not-a-token' }
  | { readonly code: 'not-sendable' }
  | { readonly code: 'deployment-name' }
  | { readonly code: 'api-version' }
  | { readonly code: 'not-a-number' }
  /** Input and output price go together. */
  | { readonly code: 'price-incomplete' }
  | { readonly code: 'blob-sas'; readonly problem: BlobSasProblem };

/** Where a problem is shown. */
export type FieldName =
  | Exclude<keyof ConnectionFields, 'api' | 'authentication' | 'other' | 'modelId' | 'name'>
  | 'model'
  | Exclude<
      keyof OtherModelFields,
      'takesPictures' | 'streams' | 'takesSampling' | 'jsonMode' | 'maxTokensParam'
    >;

export type FieldProblems = Partial<Readonly<Record<FieldName, FieldProblem>>>;

/** What the fields are judged against. */
export interface Judging {
  readonly target: TargetUri;
  readonly api: Endpoint['api'];
  /** The choice that counts: the person's, or the suggestion. */
  readonly modelId: string | null;
  /** Secrets on disk that are for the origins now in the fields. */
  readonly kept: ReadonlySet<SecretName>;
  readonly nowMs: number;
}

export const otherModelId = 'other';

const emptyOther: OtherModelFields = {
  name: '',
  takesPictures: true,
  streams: true,
  takesSampling: true,
  jsonMode: true,
  maxTokensParam: 'either',
  maxPictures: '50',
  contextTokens: '',
  maxOutputTokens: '',
  inputPrice: '',
  cachedInputPrice: '',
  outputPrice: '',
};

export const emptyFields: ConnectionFields = {
  name: '',
  endpoint: '',
  api: null,
  authentication: 'api-key',
  apiKey: '',
  bearerToken: '',
  deployment: '',
  modelId: null,
  other: emptyOther,
  apiVersion: '',
  visionEndpoint: '',
  visionKey: '',
  blobSas: '',
};

/** A stored connection as fields; its secrets stay in the store and are never read back. */
export function toFields(connection: Connection): ConnectionFields {
  const { model } = connection;
  return {
    ...emptyFields,
    name: connection.name,
    endpoint: toEndpointText(connection),
    api: connection.endpoint.api,
    authentication: connection.authentication,
    deployment: connection.deployment,
    modelId: model.kind === 'catalog' ? model.id : otherModelId,
    other: model.kind === 'other' ? toOtherFields(model) : emptyOther,
    apiVersion: connection.apiVersion ?? '',
    visionEndpoint: connection.visionEndpoint ?? '',
  };
}

export function toModelChoice(
  fields: ConnectionFields,
  modelId: string | null,
  nowMs: number,
): ModelChoice | null {
  if (modelId === null) return null;
  if (modelId !== otherModelId) return { kind: 'catalog', id: modelId };
  const { other } = fields;
  return {
    kind: 'other',
    name: other.name.trim() || fields.deployment.trim(),
    capabilities: toCapabilities(other),
    price: toPrice(other, nowMs),
  };
}

/** Everything that keeps the connection from being saved, by the field that can mend it. */
export function problemsOf(fields: ConnectionFields, judging: Judging): FieldProblems {
  return Object.fromEntries(
    Object.entries({
      endpoint: judging.target.ok ? null : { code: 'endpoint', reason: judging.target.reason },
      apiKey: fields.authentication === 'api-key' ? apiKeyProblem(fields, judging) : null,
      bearerToken: fields.authentication === 'bearer-token' ? bearerTokenProblem(fields, judging) : null,
      deployment: deploymentProblem(fields.deployment),
      model: judging.modelId === null ? { code: 'missing' } : null,
      apiVersion: judging.api === 'classic' ? apiVersionProblem(fields.apiVersion) : null,
      visionEndpoint: visionEndpointProblem(fields),
      visionKey: isSendable(fields.visionKey) ? null : { code: 'not-sendable' },
      blobSas: blobSasProblem(fields.blobSas, judging.nowMs),
      ...(judging.modelId === otherModelId ? otherProblems(fields.other) : {}),
    } satisfies Partial<Record<FieldName, FieldProblem | null>>).filter(([, problem]) => problem !== null),
  );
}

/** A base alone does not say whether a gateway has the `openai` folder, so that is written out. */
function toEndpointText({ endpoint, deployment }: Connection): string {
  if (!endpoint.withoutOpenaiFolder) return endpoint.base;
  return endpoint.api === 'v1'
    ? `${endpoint.base}/v1`
    : `${endpoint.base}/deployments/${encodeURIComponent(deployment)}`;
}

function apiKeyProblem({ apiKey }: ConnectionFields, { kept }: Judging): FieldProblem | null {
  if (apiKey.trim() === '') return kept.has('apiKey') ? null : { code: 'missing' };
  return isSendable(apiKey) ? null : { code: 'not-sendable' };
}

function bearerTokenProblem({ bearerToken }: ConnectionFields, { kept }: Judging): FieldProblem | null {
  if (bearerToken.trim() === '') return kept.has('bearerToken') ? null : { code: 'missing' };
  return readBearerToken(bearerToken) ? null : { code: 'not-a-token' };
}

/** A header takes visible ASCII only; anything else is a slip of the clipboard. */
function isSendable(secret: string): boolean {
  return /^[\x21-\x7e]*$/.test(secret.trim());
}

function deploymentProblem(deployment: string): FieldProblem | null {
  const name = deployment.trim();
  if (name === '') return { code: 'missing' };
  return name === '.' || name === '..' || /[/\\?#]/.test(name) ? { code: 'deployment-name' } : null;
}

function apiVersionProblem(apiVersion: string): FieldProblem | null {
  const version = apiVersion.trim();
  if (version === '') return { code: 'missing' };
  return /^[\w.-]+$/.test(version) ? null : { code: 'api-version' };
}

function visionEndpointProblem({ visionEndpoint, visionKey }: ConnectionFields): FieldProblem | null {
  if (visionEndpoint.trim() === '') return visionKey.trim() === '' ? null : { code: 'missing' };
  const check = checkVisionEndpoint(visionEndpoint);
  return check.ok ? null : { code: 'address', reason: check.reason };
}

/** One that is valid only later is no mistake: it is shown, and kept. */
function blobSasProblem(blobSas: string, nowMs: number): FieldProblem | null {
  if (blobSas.trim() === '') return null;
  const problem = checkBlobSas(blobSas, nowMs).problems.find(({ code }) => code !== 'not-yet-valid');
  return problem ? { code: 'blob-sas', problem } : null;
}

function otherProblems(other: OtherModelFields): Partial<Record<FieldName, FieldProblem | null>> {
  const number = (text: string): FieldProblem | null => {
    const value = toNumber(text);
    return value !== null && Number.isNaN(value) ? { code: 'not-a-number' } : null;
  };
  const incomplete = (here: string, there: string): FieldProblem | null =>
    here.trim() === '' && there.trim() !== '' ? { code: 'price-incomplete' } : null;
  return {
    maxPictures: other.maxPictures.trim() === '' ? { code: 'missing' } : number(other.maxPictures),
    contextTokens: number(other.contextTokens),
    maxOutputTokens: number(other.maxOutputTokens),
    inputPrice: number(other.inputPrice) ?? incomplete(other.inputPrice, other.outputPrice),
    cachedInputPrice: number(other.cachedInputPrice),
    outputPrice:
      number(other.outputPrice) ?? incomplete(other.outputPrice, other.inputPrice + other.cachedInputPrice),
  };
}

/** Null: empty. NaN: no number of that kind. */
function toNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d+(?:[.,]\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : Number.NaN;
}

function toCapabilities(other: OtherModelFields): ModelCapabilities {
  return {
    takesPictures: other.takesPictures,
    maxTokensParam: other.maxTokensParam,
    takesSampling: other.takesSampling,
    reasoningEfforts: [],
    streams: other.streams,
    jsonMode: other.jsonMode,
    jsonModeWithPictures: other.jsonMode,
    structuredOutputs: false,
    chatCompletions: true,
    visionEnhancements: false,
    maxPictures: Math.round(toNumber(other.maxPictures) ?? 0),
    maxPictureBytes: maxPictureBytes,
    contextTokens: whole(other.contextTokens),
    maxOutputTokens: whole(other.maxOutputTokens),
    encoding: null,
    imageTokens: null,
  };
}

/** Azure OpenAI's limit of one picture (Learn, vision concepts). */
const maxPictureBytes = 20 * 1024 * 1024;

function whole(text: string): number | null {
  const value = toNumber(text);
  return value === null ? null : Math.round(value);
}

function toPrice(other: OtherModelFields, nowMs: number): ModelPrice | null {
  const input = toNumber(other.inputPrice);
  const output = toNumber(other.outputPrice);
  const cached = toNumber(other.cachedInputPrice);
  if (input === null || output === null) return null;
  return {
    inputPerMillion: input,
    outputPerMillion: output,
    ...(cached !== null ? { cachedInputPerMillion: cached } : {}),
    source: 'own',
    asOf: new Date(nowMs).toISOString().slice(0, 10),
  };
}

function toOtherFields({
  name,
  capabilities,
  price,
}: Extract<ModelChoice, { kind: 'other' }>): OtherModelFields {
  const text = (value: number | null | undefined): string => (value == null ? '' : String(value));
  return {
    name,
    takesPictures: capabilities.takesPictures,
    streams: capabilities.streams,
    takesSampling: capabilities.takesSampling !== false,
    jsonMode: capabilities.jsonMode,
    maxTokensParam: capabilities.maxTokensParam,
    maxPictures: text(capabilities.maxPictures),
    contextTokens: text(capabilities.contextTokens),
    maxOutputTokens: text(capabilities.maxOutputTokens),
    inputPrice: text(price?.inputPerMillion),
    cachedInputPrice: text(price?.cachedInputPerMillion),
    outputPrice: text(price?.outputPerMillion),
  };
}
