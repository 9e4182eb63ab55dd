import { isPicturePart, type AskedMessage, type Call } from './asked.ts';
import type { AskedEnhancements } from './asked-enhancements.ts';
import { isGood } from './credentials.ts';
import { takesEnhancements } from './takes-enhancements.ts';
import { isRecord, missing, wrongType } from './read-messages.ts';
import { extraField, invalidRequest, Refusal, unrecognized } from './refusal.ts';

export const ENHANCEMENT_FIELDS: readonly string[] = ['enhancements', 'dataSources', 'data_sources'];
const KINDS: readonly string[] = ['ocr', 'grounding', 'video'];

/** Refuses the fields where a model, version or path does not know them. */
export function refuseEnhancementFields(call: Call): void {
  const { api, body, model } = call;
  const isHere = takesEnhancements(call);
  for (const name of ENHANCEMENT_FIELDS) {
    if (!(name in body)) continue;
    if (!isHere) throw model.visionEnhancements ? extraField(name) : unrecognized(name);
    if (name === 'data_sources' && api.family === 'extensions') throw extraField(name);
  }
}

/** Which of them are switched on. */
export function enhancementsOn({ body }: Call): ReadonlySet<string> {
  const { enhancements } = body;
  if (enhancements === undefined || enhancements === null) return new Set();
  if (!isRecord(enhancements)) throw wrongType('enhancements', 'an object', enhancements);
  for (const name of Object.keys(enhancements))
    if (!KINDS.includes(name)) throw extraField(`enhancements -> ${name}`);
  const isOn = (name: string): boolean => {
    const kind = enhancements[name];
    if (kind === undefined || kind === null) return false;
    if (!isRecord(kind)) throw wrongType(`enhancements.${name}`, 'an object', kind);
    const enabled = kind['enabled'] ?? false;
    if (typeof enabled !== 'boolean') throw wrongType(`enhancements.${name}.enabled`, 'a boolean', enabled);
    return enabled;
  };
  return new Set(KINDS.filter(isOn));
}

/** What is switched on for pictures; null: nothing. */
export function readEnhancements(call: Call, messages: readonly AskedMessage[]): AskedEnhancements | null {
  const on = enhancementsOn(call);
  const asked = { ocr: on.has('ocr'), grounding: on.has('grounding') };
  if (on.has('video') || (!asked.ocr && !asked.grounding)) return null;
  refuseManyPictures(messages);
  refuseSource(call, asked.ocr ? 'ocr' : 'grounding');
  return asked;
}

function refuseManyPictures(messages: readonly AskedMessage[]): void {
  const pictures = messages.flatMap(({ parts }) => parts).filter(isPicturePart).length;
  // The limit is documented (CONCEPT), the words are ours.
  if (pictures > 1) {
    throw invalidRequest(
      `Vision enhancements take only one image in a request, but got ${pictures}.`,
      'messages',
    );
  }
}

/** An Azure OpenAI resource needs a second one that sees; an AI services resource is one itself. */
function refuseSource(call: Call, enhancement: string): void {
  // For pictures it is dataSources on every version (azure-docs#122102): under another name it is not found.
  const sources = call.body['dataSources'];
  const isMisspelt = sources === undefined && call.body['data_sources'] !== undefined;
  if (sources === undefined && !isMisspelt && !isOpenAiResource(call)) return;
  if (sources !== undefined && !Array.isArray(sources)) throw wrongType('dataSources', 'an array', sources);
  const source: unknown = sources?.find((one) => isRecord(one) && one['type'] === 'AzureComputerVision');
  if (!isRecord(source)) throw needsSource(enhancement, 'AzureComputerVision');
  const parameters = source['parameters'] ?? {};
  if (!isRecord(parameters)) throw wrongType('dataSources[0].parameters', 'an object', parameters);
  const { endpoint, key } = parameters;
  if (endpoint === undefined && key === undefined && !isOpenAiResource(call)) return;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) {
    throw missing('dataSources[0].parameters.endpoint');
  }
  if (typeof key !== 'string') throw missing('dataSources[0].parameters.key');
  if (!isGood(key)) throw refusedBySource(call, WRONG_KEY);
  if (/openai/i.test(key)) throw refusedBySource(call, KEY_OF_OTHER_KIND);
}

/** The simulator is an AI services resource, unless its key says that it is the other. */
export function isOpenAiResource({ request }: Call): boolean {
  return /openai/i.test(request.headers.get('api-key') ?? '');
}

const WRONG_KEY =
  'AzureComputerVision: Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';
const KEY_OF_OTHER_KIND =
  'AzureComputerVision: The Analyze Operation under Computer Vision APIs (2023-10-01) is not supported with the current subscription key and pricing tier OpenAI.S0.';

/** No sample of this refusal was found: on `/extensions` in the form of its other data sources, later as all others. */
function refusedBySource({ api }: Call, message: string): Refusal {
  return api.family === 'extensions'
    ? new Refusal(400, { error: { requestid: '00000000-0000-0000-0000-000000000000', code: 400, message } })
    : invalidRequest(message, 'dataSources');
}

function needsSource(enhancement: string, type: string): Refusal {
  return invalidRequest(`The '${enhancement}' enhancement requires a data source of type '${type}'.`);
}
