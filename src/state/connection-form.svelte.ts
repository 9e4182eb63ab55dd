import {
  checkVisionEndpoint,
  defaultApiVersion,
  knownApiVersions,
  readBearerToken,
  readTargetUri,
  toChatUrl,
  type ChatTarget,
  type Credential,
} from '#azure';
import type { Connection, Endpoint, SecretName } from '#domain/connection.ts';
import { toFailure, type Failure } from '#domain/failure.ts';
import {
  emptyFields,
  hasCredential,
  problemsOf,
  toBilling,
  toFields,
  toModelChoice,
  toSecretChanges,
  toVision,
  visionBaseOf,
  type ConnectionFields,
  type FieldName,
  type FieldProblem,
} from './connection-fields.ts';
import { ConnectionTest } from './connection-test.svelte.ts';
import { originOf } from './connections.svelte.ts';
import { DeploymentSuggestions } from './deployment-suggestions.svelte.ts';
import type { ModelOption } from './model-options.ts';
import type { OtherModelFields } from './other-model.ts';
import { SecretOrigin } from './secret-origin.ts';
import type { Services } from './services.ts';
import { visionSubject } from './vision-subject.ts';

export type FormServices = Pick<Services, 'store' | 'connections' | 'clock' | 'newId' | 'prices'>;

/** A connection being entered or edited: what was typed, what it means, and what still keeps it from being saved. */
export class ConnectionForm {
  /** The stored connection being edited; null: a new one. */
  readonly original: Connection | null;
  readonly test: ConnectionTest;
  readonly suggestions = new DeploymentSuggestions();
  #fields = $state.raw() as ConnectionFields;
  #touched = $state.raw<ReadonlySet<FieldName>>(new Set());
  #allTouched = $state(false);
  #catalog = $state.raw<typeof import('#catalog') | null>(null);
  #models = $state.raw<readonly ModelOption[]>([]);
  #isSaving = $state(false);
  #failure = $state.raw<Failure | null>(null);
  #keyWasEmptied = $state(false);
  #blobSasForgotten = $state(false);
  #storedTokenExpiresAtMs = $state<number | null>(null);
  readonly #target = $derived(readTargetUri(this.#fields.endpoint));
  readonly #api = $derived(this.#fields.api ?? (this.#target.ok ? this.#target.endpoint.api : 'v1'));
  readonly #suggestedModel = $derived(this.#suggestModel());
  readonly #kept = $derived(this.#keptSecrets());
  readonly #problems = $derived(this.#judge());
  readonly #services: FormServices;
  readonly #id: string;
  readonly #initial: ConnectionFields;
  readonly #credentialOrigin = new SecretOrigin();
  readonly #visionOrigin = new SecretOrigin();
  /** The endpoint the person has finished with: nothing is sent to one that is still being typed. */
  #settledOrigin: string | null;
  #learned: Connection['learned'];

  constructor(services: FormServices, original: Connection | null) {
    this.#services = services;
    this.original = original;
    this.#id = original?.id ?? services.newId();
    this.#fields = this.#initial = original ? toFields(original) : emptyFields;
    this.#settledOrigin = original && originOf(original.endpoint.base);
    this.#learned = original?.learned ?? {};
    this.test = new ConnectionTest(services);
  }

  /** Loads the catalogue and what is known of the kept token. Rejects when the catalogue cannot be loaded. */
  async load(): Promise<void> {
    if (this.original?.secrets.includes('bearerToken')) {
      const token = await this.#services.store.readSecret(this.#id, 'bearerToken').catch(() => null);
      this.#storedTokenExpiresAtMs = token === null ? null : (readBearerToken(token)?.expiresAtMs ?? null);
    }
    this.#models = await this.#services.connections.models();
    this.#catalog = await this.#services.connections.catalog();
    this.#lookForDeployments();
  }

  /** Stops whatever is under way; the form is left. */
  close(): void {
    this.test.cancel();
    this.suggestions.stop();
  }

  get fields(): ConnectionFields {
    return this.#fields;
  }
  /** What the endpoint field was understood as. */
  get target() {
    return this.#target;
  }
  get api(): Endpoint['api'] {
    return this.#api;
  }
  /** Where questions would go, or null while something is missing for it. */
  get chatUrl(): string | null {
    const target = this.#chatTarget();
    try {
      return target && toChatUrl(target.endpoint, target.deployment, target.apiVersion);
    } catch {
      return null;
    }
  }
  /** All models, newest first; empty while they load. */
  get models(): readonly ModelOption[] {
    return this.#models;
  }
  /** The person's choice, or while there is none the suggestion. */
  get modelId(): string | null {
    return this.#fields.modelId ?? this.#suggestedModel?.id ?? null;
  }
  get model(): ModelOption | null {
    return this.#models.find(({ id }) => id === this.modelId) ?? null;
  }
  /** Told from the deployment; never more than a suggestion. */
  get suggestedModel(): ModelOption | null {
    return this.#suggestedModel;
  }
  get apiVersions() {
    return knownApiVersions;
  }
  /** Name to use where none was typed. */
  get spareName(): string {
    const whole = this.#target.ok ? new URL(this.#target.origin).hostname : '';
    // An address of numbers has no part that names it.
    const host = /^[\d.]+$|:/.test(whole) ? whole : whole.split('.')[0];
    return [this.#fields.deployment.trim(), host].filter((part) => part !== '').join(' · ');
  }
  /** Expiry of the token in the field, or of the one kept. */
  get tokenExpiresAtMs(): number | null {
    if (this.#fields.bearerToken.trim() === '') return this.#storedTokenExpiresAtMs;
    return readBearerToken(this.#fields.bearerToken)?.expiresAtMs ?? null;
  }
  get isTokenExpired(): boolean {
    return this.tokenExpiresAtMs !== null && this.tokenExpiresAtMs <= this.#services.clock.now();
  }
  /** True after a key, typed or kept, was set aside because the endpoint's origin changed, until a new one is typed. */
  get keyWasEmptied(): boolean {
    const { authentication } = this.#fields;
    const secret = secretOf(authentication);
    const typed = this.#fields[secret];
    const wasKept =
      this.original?.authentication === authentication && this.original.secrets.includes(secret);
    return this.#keyWasEmptied || (wasKept && typed === '' && this.#target.ok && !this.isKept(secret));
  }
  /** Keys of such a host do not open Computer Vision: worth a word, no reason to refuse. */
  get visionHostIsOpenai(): boolean {
    if (this.#fields.visionIsSame) return this.#target.ok && this.#target.hostKind === 'azure-openai';
    const check = checkVisionEndpoint(this.#fields.visionEndpoint);
    return check.ok && check.openaiHost;
  }
  /** Whether leaving now would lose something. */
  get isChanged(): boolean {
    return this.#fields !== this.#initial && JSON.stringify(this.#fields) !== JSON.stringify(this.#initial);
  }
  get isSaving(): boolean {
    return this.#isSaving;
  }
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether a secret is on disk for the origin now in the form. It is shown as kept, never read back. */
  isKept(secret: SecretName): boolean {
    return this.#kept.has(secret);
  }

  /** The problem to show at a field: once the person has left it, or has tried to go on. */
  problemAt(field: FieldName): FieldProblem | null {
    if (!this.#allTouched && !this.#touched.has(field)) return null;
    return this.#problems[field] ?? null;
  }

  /** Problems in the order of the form, once the person has tried to go on. */
  get firstProblem(): FieldName | null {
    const [first] = Object.keys(this.#problems) as FieldName[];
    return this.#allTouched ? (first ?? null) : null;
  }

  set(change: Partial<ConnectionFields>): void {
    const before = this.#fields;
    this.#fields = { ...before, ...change };
    if (this.#fields.endpoint !== before.endpoint) this.#followEndpoint();
    if (this.#fields.visionEndpoint !== before.visionEndpoint) this.#followVisionEndpoint();
    if (change.apiKey !== undefined || change.bearerToken !== undefined) {
      this.#keyWasEmptied = false;
      this.#credentialOrigin.typed(!hasCredential(this.#fields), this.#origin);
    }
    if (change.visionKey !== undefined) this.#visionOrigin.typed(change.visionKey === '', this.#visionBase);
    if (this.#api === 'classic' && change.apiVersion === undefined && this.#fields.apiVersion === '') {
      this.#fields = { ...this.#fields, apiVersion: defaultApiVersion };
    }
    if (change.endpoint !== undefined || change.deployment !== undefined) this.#learned = {};
    if (isTested(change)) this.test.reset();
    this.#lookForDeployments();
  }

  setOther(change: Partial<OtherModelFields>): void {
    this.set({ other: { ...this.#fields.other, ...change } });
  }

  /** The person has left a field: what it holds may be judged, and an endpoint may be asked. */
  leave(field: FieldName): void {
    const isEmptyAndNew = field in this.#fields && this.#fields[field as keyof ConnectionFields] === '';
    if (!isEmptyAndNew) this.#touched = new Set([...this.#touched, field]);
    if (field === 'visionEndpoint') {
      this.#visionOrigin.settled(this.#fields.visionKey === '', this.#visionBase);
    }
    if (field !== 'endpoint') return;
    this.#settledOrigin = this.#origin;
    this.#credentialOrigin.settled(!hasCredential(this.#fields), this.#origin);
    this.#lookForDeployments();
  }

  /** The stored SAS URL goes when the connection is saved. */
  forgetBlobSas(): void {
    this.#blobSasForgotten = true;
    this.set({ blobSas: '' });
  }

  /** Runs the checklist against the form as it stands, saved or not. */
  async runTest(): Promise<void> {
    const target = this.#beginUse();
    if (!target) return;
    const { connections } = this.#services;
    const choice = this.#modelChoice();
    if (!choice) return;
    const billed = this.#record(target, choice);
    try {
      const credential = await this.#credential();
      const learned = await this.test.run({
        target,
        credential,
        capabilities: await connections.capabilitiesOf(choice),
        learned: this.#learned,
        fetch: connections.fetchFor(target),
        connectionId: this.#id,
        connectionName: this.#name(),
        modelName: connections.modelName(billed),
        deploymentType: billed.deploymentType ?? 'global',
        simulated: connections.isSimulated(target),
        price: (reportedModel) => connections.price(billed, reportedModel),
        vision: await visionSubject(billed, this.#fields.visionKey, credential, this.#services),
      });
      this.#learned = { ...this.#learned, ...learned };
    } catch (thrown) {
      this.#failure = toFailure(thrown);
    }
  }

  /** Keeps the connection and its secrets; null when something is missing or the disk refused. */
  async save(): Promise<Connection | null> {
    const target = this.#beginUse();
    const model = this.#modelChoice();
    if (!target || !model || this.#isSaving) return null;
    this.#isSaving = true;
    try {
      return await this.#services.connections.save(
        this.#record(target, model),
        toSecretChanges(this.#fields, { forgetBlobSas: this.#blobSasForgotten }),
      );
    } catch (thrown) {
      this.#failure = toFailure(thrown);
      return null;
    } finally {
      this.#isSaving = false;
    }
  }

  #record(target: ChatTarget, model: Connection['model']): Connection {
    const { original } = this;
    const now = this.#services.clock.now();
    return {
      ...target,
      id: this.#id,
      name: this.#name(),
      authentication: this.#fields.authentication,
      model,
      ...toBilling(this.#fields),
      ...toVision(this.#fields),
      secrets: original?.secrets ?? [],
      learned: this.#learned,
      createdAt: original?.createdAt ?? now,
      updatedAt: now,
      rev: original?.rev ?? 0,
    };
  }

  /** What a test or a save starts from; null, with every problem shown, when something is missing. */
  #beginUse(): ChatTarget | null {
    this.#failure = null;
    this.leave('endpoint');
    this.#allTouched = true;
    return Object.keys(this.#problems).length > 0 ? null : this.#chatTarget();
  }

  #chatTarget(): ChatTarget | null {
    if (!this.#target.ok) return null;
    const { deployment, apiVersion } = this.#fields;
    return {
      endpoint: { ...this.#target.endpoint, api: this.#api },
      deployment: deployment.trim(),
      apiVersion: this.#api === 'classic' ? apiVersion.trim() : null,
    };
  }

  #name(): string {
    return this.#fields.name.trim() || this.spareName;
  }

  #modelChoice(): Connection['model'] | null {
    return toModelChoice(this.#fields, this.modelId, this.#services.clock.now());
  }

  /** The typed credential, or the kept one where it is for this origin. */
  async #credential(): Promise<Credential | null> {
    const { authentication: kind, apiKey, bearerToken } = this.#fields;
    const typed = (kind === 'api-key' ? apiKey.trim() : readBearerToken(bearerToken)?.token) ?? '';
    if (typed !== '') return { kind, value: typed };
    const target = this.#chatTarget();
    if (!this.original || !target || !this.isKept(secretOf(kind))) return null;
    return this.#services.connections.credentialFor({
      ...this.original,
      endpoint: target.endpoint,
      authentication: kind,
    });
  }

  /** Fills the other fields from a pasted URI, and takes the key away when it was for another origin. */
  #followEndpoint(): void {
    const target = this.#target;
    if (!target.ok) return;
    const assumed = target.notes.some(({ code }) => code === 'api-assumed-v1');
    this.#fields = {
      ...this.#fields,
      api: assumed && target.origin === this.#settledOrigin ? this.#fields.api : null,
      ...(target.deployment === null ? {} : { deployment: target.deployment }),
      ...(target.apiVersion === null ? {} : { apiVersion: target.apiVersion }),
    };
    if (hasCredential(this.#fields) && this.#credentialOrigin.isForAnother(target.origin)) {
      this.#fields = { ...this.#fields, apiKey: '', bearerToken: '' };
      this.#credentialOrigin.typed(true, null);
      this.#keyWasEmptied = true;
    }
  }

  #followVisionEndpoint(): void {
    const origin = originOf(this.#visionBase);
    if (origin === null || !this.#visionOrigin.isForAnother(origin)) return;
    this.#fields = { ...this.#fields, visionKey: '' };
    this.#visionOrigin.typed(true, null);
  }

  get #origin(): string | null {
    return this.#target.ok ? this.#target.origin : null;
  }

  get #visionBase(): string | null {
    return visionBaseOf(this.#fields);
  }

  #keptSecrets(): ReadonlySet<SecretName> {
    const { original } = this;
    if (!original) return new Set();
    const sameOrigin = this.#origin === originOf(original.endpoint.base);
    const sameVision =
      !this.#fields.visionIsSame && originOf(this.#visionBase) === originOf(original.visionEndpoint);
    return new Set(
      original.secrets.filter((name) => {
        if (name === 'blobSas') return !this.#blobSasForgotten;
        return name === 'visionKey' ? sameVision : sameOrigin;
      }),
    );
  }

  #suggestModel(): ModelOption | null {
    const { deployment } = this.#fields;
    if (!this.#catalog || deployment.trim() === '') return null;
    const listed = this.suggestions.found.find(({ name }) => name === deployment.trim());
    const guess = this.#catalog.guessModelFromDeployment(deployment, listed?.model ?? undefined);
    return this.#models.find(({ id }) => id === guess?.id) ?? null;
  }

  #judge() {
    return problemsOf(this.#fields, {
      target: this.#target,
      api: this.#api,
      modelId: this.modelId,
      kept: this.#kept,
      nowMs: this.#services.clock.now(),
    });
  }

  #lookForDeployments(): void {
    const target = this.#chatTarget();
    const { authentication: kind, apiKey, bearerToken } = this.#fields;
    const typed = kind === 'api-key' ? apiKey.trim() : bearerToken.trim();
    const canAsk = typed !== '' || this.isKept(secretOf(kind));
    if (!target || !canAsk || this.#origin !== this.#settledOrigin) {
      this.suggestions.look(null);
      return;
    }
    this.suggestions.look({
      key: JSON.stringify([target.endpoint.base, target.endpoint.withoutOpenaiFolder, kind, typed]),
      endpoint: target.endpoint,
      fetch: this.#services.connections.fetchFor(target),
      credential: () => this.#credential(),
    });
  }
}

function secretOf(kind: Connection['authentication']): 'apiKey' | 'bearerToken' {
  return kind === 'api-key' ? 'apiKey' : 'bearerToken';
}

/** Whether what was tested has changed: a name, the bill and the resources for later work are no part of it. */
function isTested(change: Partial<ConnectionFields>): boolean {
  const untested = new Set([
    'name',
    'deploymentType',
    'discountPercent',
    'enhancementPath',
    'enhancementSources',
    'videoVariant',
    'videoPath',
    'videoSources',
    'managedIdentity',
    'blobSas',
  ]);
  return Object.keys(change).some((field) => !untested.has(field));
}
