import { f, m } from '#language';
import type { FieldName, FieldProblem } from '#state/connection-fields.ts';
import type { ConnectionForm } from '#state/connection-form.svelte.ts';

type Understood = Extract<ConnectionForm['target'], { ok: true }>;
type Refusal = Extract<FieldProblem, { code: 'endpoint' }>['reason'];
type SasProblem = Extract<FieldProblem, { code: 'blob-sas' }>['problem'];

/** What to say under a field; null: nothing is wrong there. */
export function problemWords(field: FieldName, problem: FieldProblem | null): string | null {
  const words = m().connections.problems;
  switch (problem?.code) {
    case undefined:
      return null;
    case 'missing':
      return field in words.missing
        ? words.missing[field as keyof typeof words.missing]
        : words.missing.other;
    case 'endpoint':
    case 'address':
      return addressWords(problem.reason);
    case 'not-a-token':
      return words.notAToken;
    case 'not-sendable':
      return words.notSendable;
    case 'deployment-name':
      return words.deploymentName;
    case 'api-version':
      return words.apiVersion;
    case 'not-a-count':
      return words.notACount;
    case 'discount':
      return words.discount;
    case 'not-a-number':
      return words.notANumber;
    case 'negative':
      return words.negative;
    case 'too-fine':
      return words.tooFine;
    case 'too-much':
      return words.tooMuch;
    case 'price-incomplete':
      return words.priceIncomplete;
    case 'blob-sas':
      return sasWords(problem.problem);
  }
}

/** What was made of the pasted address, a sentence each. */
export function noteWords(note: Understood['notes'][number]): string {
  const words = m().connections.understood.notes;
  switch (note.code) {
    case 'scheme-added':
      return words.schemeAdded(note.scheme);
    case 'picked-from-text':
      return words.pickedFromText;
    case 'loopback-renamed':
      return words.loopbackRenamed;
    case 'secret-removed':
      return words.secretRemoved(note.param);
    case 'query-removed':
      return words.queryRemoved(f().list(note.params));
    case 'api-assumed-v1':
      return words.assumedV1;
    case 'api-version-dropped':
      return words.versionDropped(note.apiVersion);
    case 'api-version-missing':
      return words.versionMissing;
    case 'api-version-not-understood':
      return words.versionNotUnderstood(note.apiVersion);
    case 'operation-replaced':
      return words.operationReplaced(note.operation);
    case 'project-path-left-out':
      return words.projectLeftOut(note.project);
    case 'path-dropped':
      return words.pathDropped(note.path);
    case 'deployment-placeholder':
      return words.deploymentPlaceholder;
  }
}

function addressWords(reason: Refusal): string {
  const words = m().connections.problems.address;
  switch (reason) {
    case 'empty':
      return words.empty;
    case 'not-a-url':
      return words.notAUrl;
    case 'looks-like-a-key':
      return words.looksLikeAKey;
    case 'placeholder':
      return words.placeholder;
    case 'plain-http':
      return words.plainHttp;
    case 'not-http':
      return words.notHttp;
    case 'has-credentials':
      return words.hasCredentials;
    case 'portal-link':
      return words.portalLink;
    case 'storage-link':
      return words.storageLink;
    case 'resource-missing':
      return words.resourceMissing;
  }
}

/** What is wrong with a container's SAS URL, and what to do. */
export function sasWords(problem: SasProblem): string {
  const words = m().connections.problems.blobSas;
  switch (problem.code) {
    case 'not-an-address':
      return words.notAnAddress;
    case 'no-signature':
      return words.noSignature;
    case 'not-a-container':
      return words.notAContainer;
    case 'cannot-read':
      return words.cannotRead;
    case 'cannot-write':
      return words.cannotWrite;
    case 'no-expiry':
      return words.noExpiry;
    case 'expired':
      return words.expired(f().dateTime(problem.atMs));
    case 'not-yet-valid':
      return m().connections.fields.sasNotYet(f().dateTime(problem.fromMs));
  }
}
