import { checkBlobSas, checkVisionEndpoint, readBearerToken, type BlobSasProblem } from '#azure';
import type { TargetUri, TargetUriRefusal, UrlRefusal } from '#azure';
import type { SecretChanges } from '#store';
import type { Connection, DeploymentType, Endpoint, ModelChoice, SecretName } from '#domain/connection.ts';
import type { EnhancementDialect } from '#domain/enhancements.ts';
import type { VideoDialect } from '#domain/video-chat.ts';
import {
  emptyOther,
  otherProblems,
  toOtherChoice,
  toOtherFields,
  type NumberProblem,
  type OtherModelFields,
  type OtherNumber,
} from './other-model.ts';

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
  readonly deploymentType: DeploymentType;
  /** Null: none; NaN: what was typed is no number. */
  readonly discountPercent: number | null;
  readonly apiVersion: string;
  /** The resource that answers opens Computer Vision too, with its own key: no other is asked for or kept. */
  readonly visionIsSame: boolean;
  readonly visionEndpoint: string;
  readonly visionKey: string;
  /** How enhancements are spelled; null: by the API version. */
  readonly enhancementPath: EnhancementDialect['path'] | null;
  readonly enhancementSources: EnhancementDialect['sources'] | null;
  /** How it is asked about a video of an index; null: by the API version and the resource. */
  readonly videoVariant: VideoDialect['variant'] | null;
  readonly videoPath: VideoDialect['path'] | null;
  readonly videoSources: VideoDialect['sources'] | null;
  /** The same resource reads the storage account as itself. */
  readonly managedIdentity: boolean;
  readonly blobSas: string;
}

export type FieldProblem =
  | NumberProblem
  | { readonly code: 'endpoint'; readonly reason: TargetUriRefusal }
  | { readonly code: 'address'; readonly reason: UrlRefusal }
  | { readonly code: 'not-a-token' }
  | { readonly code: 'not-sendable' }
  | { readonly code: 'deployment-name' }
  | { readonly code: 'api-version' }
  | { readonly code: 'discount' }
  | { readonly code: 'blob-sas'; readonly problem: BlobSasProblem };

/** Where a problem is shown. */
export type FieldName =
  | Exclude<
      keyof ConnectionFields,
      | 'api'
      | 'authentication'
      | 'other'
      | 'modelId'
      | 'name'
      | 'deploymentType'
      | 'visionIsSame'
      | 'enhancementPath'
      | 'enhancementSources'
      | 'videoVariant'
      | 'videoPath'
      | 'videoSources'
      | 'managedIdentity'
    >
  | 'model'
  | OtherNumber;

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
  deploymentType: 'global',
  discountPercent: null,
  apiVersion: '',
  visionIsSame: false,
  visionEndpoint: '',
  visionKey: '',
  enhancementPath: null,
  enhancementSources: null,
  videoVariant: null,
  videoPath: null,
  videoSources: null,
  managedIdentity: false,
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
    deploymentType: connection.deploymentType ?? emptyFields.deploymentType,
    discountPercent: connection.discountPercent ?? null,
    apiVersion: connection.apiVersion ?? '',
    visionIsSame: connection.visionSource === 'same',
    visionEndpoint: connection.visionEndpoint ?? '',
    enhancementPath: connection.enhancements?.path ?? null,
    enhancementSources: connection.enhancements?.sources ?? null,
    videoVariant: connection.video?.variant ?? null,
    videoPath: connection.video?.path ?? null,
    videoSources: connection.video?.sources ?? null,
    managedIdentity: connection.video?.managedIdentity === true,
  };
}

export function toModelChoice(
  fields: ConnectionFields,
  modelId: string | null,
  nowMs: number,
): ModelChoice | null {
  if (modelId === null) return null;
  if (modelId !== otherModelId) return { kind: 'catalog', id: modelId };
  return toOtherChoice(fields.other, fields.deployment.trim(), nowMs);
}

/** How the deployment is billed; what is usual is left out of the record. */
export function toBilling({
  deploymentType,
  discountPercent,
}: ConnectionFields): Pick<Connection, 'deploymentType' | 'discountPercent'> {
  return {
    ...(deploymentType === 'global' ? {} : { deploymentType }),
    ...(discountPercent === null || discountPercent === 0 ? {} : { discountPercent }),
  };
}

/** What looks at pictures and videos beside the model, and how it is asked for; what is usual is left out of the record. */
export function toVision(
  fields: ConnectionFields,
): Pick<Connection, 'visionEndpoint' | 'visionSource' | 'enhancements' | 'video'> {
  const { visionIsSame, enhancementPath: path, enhancementSources: sources } = fields;
  return {
    visionEndpoint: visionIsSame ? null : visionBaseOf(fields),
    ...(visionIsSame ? { visionSource: 'same' as const } : {}),
    ...(path || sources
      ? { enhancements: { ...(path ? { path } : {}), ...(sources ? { sources } : {}) } }
      : {}),
    ...toVideo(fields),
  };
}

/** An identity is that of the resource which is asked: with a second one there is none to speak of. */
function toVideo(fields: ConnectionFields): Pick<Connection, 'video'> {
  const { videoVariant: variant, videoPath: path, videoSources: sources } = fields;
  const video = {
    ...(variant ? { variant } : {}),
    ...(path ? { path } : {}),
    ...(sources ? { sources } : {}),
    ...(fields.visionIsSame && fields.managedIdentity ? { managedIdentity: true as const } : {}),
  };
  return Object.keys(video).length > 0 ? { video } : {};
}

/** What saving the fields does to the secrets on disk: an empty field leaves what is kept. */
export function toSecretChanges(
  { apiKey, bearerToken, visionIsSame, visionKey, blobSas }: ConnectionFields,
  { forgetBlobSas }: { readonly forgetBlobSas: boolean },
): SecretChanges {
  const token = readBearerToken(bearerToken)?.token;
  return {
    ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
    ...(token === undefined ? {} : { bearerToken: token }),
    ...(visionIsSame || visionKey.trim() === '' ? {} : { visionKey: visionKey.trim() }),
    ...(forgetBlobSas ? { blobSas: null } : {}),
    ...(blobSas.trim() === '' ? {} : { blobSas: blobSas.trim() }),
  };
}

export function hasCredential({ apiKey, bearerToken }: ConnectionFields): boolean {
  return apiKey !== '' || bearerToken !== '';
}

/** Base of the other resource for Computer Vision, needed or not; null where none is given or understood. */
export function visionBaseOf({ visionEndpoint }: ConnectionFields): string | null {
  const check = checkVisionEndpoint(visionEndpoint);
  return check.ok ? check.endpoint : null;
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
      ...(judging.modelId === otherModelId ? otherProblems(fields.other) : {}),
      discountPercent: discountProblem(fields.discountPercent),
      apiVersion: judging.api === 'classic' ? apiVersionProblem(fields.apiVersion) : null,
      visionEndpoint: visionEndpointProblem(fields),
      visionKey: fields.visionIsSame || isSendable(fields.visionKey) ? null : { code: 'not-sendable' },
      blobSas: blobSasProblem(fields.blobSas, judging.nowMs),
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

function discountProblem(percent: number | null): FieldProblem | null {
  return percent === null || (percent >= 0 && percent <= 100) ? null : { code: 'discount' };
}

function visionEndpointProblem(fields: ConnectionFields): FieldProblem | null {
  const { visionIsSame, visionEndpoint, visionKey } = fields;
  // What was typed before stays, out of sight, in case the person turns back.
  if (visionIsSame) return null;
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
