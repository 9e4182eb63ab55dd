import { checkBlobSas, checkVisionEndpoint, readBearerToken, type BlobSasProblem } from '#azure';
import type { TargetUri, TargetUriRefusal, UrlRefusal } from '#azure';
import type { SecretChanges } from '#store';
import type { Connection, DeploymentType, Endpoint, ModelChoice, SecretName } from '#domain/connection.ts';
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
  readonly visionEndpoint: string;
  readonly visionKey: string;
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
      'api' | 'authentication' | 'other' | 'modelId' | 'name' | 'deploymentType'
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
    deploymentType: connection.deploymentType ?? emptyFields.deploymentType,
    discountPercent: connection.discountPercent ?? null,
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

/** What saving the fields does to the secrets on disk: an empty field leaves what is kept. */
export function toSecretChanges(
  { apiKey, bearerToken, visionKey, blobSas }: ConnectionFields,
  { forgetBlobSas }: { readonly forgetBlobSas: boolean },
): SecretChanges {
  const token = readBearerToken(bearerToken)?.token;
  return {
    ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
    ...(token === undefined ? {} : { bearerToken: token }),
    ...(visionKey.trim() === '' ? {} : { visionKey: visionKey.trim() }),
    ...(forgetBlobSas ? { blobSas: null } : {}),
    ...(blobSas.trim() === '' ? {} : { blobSas: blobSas.trim() }),
  };
}

export function hasCredential({ apiKey, bearerToken }: ConnectionFields): boolean {
  return apiKey !== '' || bearerToken !== '';
}

/** Base of the Computer Vision resource; null where none is given or it cannot be understood. */
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
      visionKey: isSendable(fields.visionKey) ? null : { code: 'not-sendable' },
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
