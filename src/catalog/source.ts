/** Where a fact was read, and the date of what was read (ISO; a day of the month where one is known). */
export interface Source {
  readonly source: string;
  readonly asOf: string;
}

/** The day the tables were put together and every row looked at. */
export const CHECKED_ON = '2026-11-22';

export const modelTable: Source = {
  source: 'MicrosoftDocs/azure-ai-docs@00bb5540 models-azure-direct-openai.md (July 2026 content)',
  asOf: '2026-06-11',
};
export const otherModelTable: Source = {
  source: 'MicrosoftDocs/azure-ai-docs@0378dd85 models-azure-direct-others.md',
  asOf: '2026-10-05',
};
export const retirementSchedule: Source = {
  source: 'MicrosoftDocs/azure-ai-docs@0378dd85 concepts-model-retirement-schedule-content.md',
  asOf: '2026-10-05',
};
export const structuredOutputs: Source = {
  source: "azure-ai-docs@02381ea7 structured-outputs.md 'Supported models'",
  asOf: '2025-12-06',
};
export const reasoningTable: Source = {
  source: 'MicrosoftDocs/azure-ai-docs@4b3b342a how-to/reasoning.md',
  asOf: '2026',
};
export const visionConcept: Source = {
  source: 'azure-docs@0af0f2ef gpt-with-vision.md',
  asOf: '2024-01-02',
};
export const visionOverview: Source = { source: 'azure-ai-docs@0abe86b0 overview.md', asOf: '2025-03-25' };
export const visionOverview2023: Source = { source: 'azure-docs@0efd35b1 overview.md', asOf: '2023-10-16' };
export const inputLimits: Source = {
  source: 'azure-ai-docs@fa30d3b8 vision how-to, input limits',
  asOf: '2026-04-13',
};
export const quotas: Source = { source: 'azure-ai-docs@1205cbf8 quotas-limits.md', asOf: '2026-02-17' };
export const retiredModels: Source = {
  source: 'azure-ai-docs@4345ee01 concepts-retired-models-content.md',
  asOf: '2026-04-23',
};
export const gptSixIssue: Source = {
  source: 'azure-rest-api-specs#46145 (50 pictures pass, 51 fail)',
  asOf: '2026-09-06',
};
export const gptSixAnnouncement: Source = {
  source: 'litellm docs blog gpt_6_sol_luna (third party)',
  asOf: '2026-09-22',
};

/** Three editions of OpenAI's guide, dated by the models they name. */
export const openAiGuide2026May: Source = {
  source: "OpenAI guide 'Images and vision', edition with gpt-5.5",
  asOf: '2026-05',
};
export const openAiGuide2026July: Source = {
  source: "OpenAI guide 'Images and vision', edition with gpt-5.6",
  asOf: '2026-07',
};
export const openAiGuide2026September: Source = {
  source: "OpenAI guide 'Images and vision', edition with gpt-6-astra",
  asOf: '2026-09',
};
export const mistralParams: Source = {
  source: 'Mistral-3-Small params.json (patch 14, merge 2, max 1540) and mistral-common images page',
  asOf: '2026-11-22',
};

export const meters2026: Source = {
  source:
    'Azure Retail Prices API, Global, in SergeevDmitry/llm-kit@9e675e07 docs/provider-data/azure-openai.json',
  asOf: '2026-08-05',
};
export const meters2025: Source = {
  source: 'Azure Retail Prices API, Global, in guygregory/modelmeters.com@d4a64106',
  asOf: '2025-08-25',
};
export const foundryTemplates: Source = {
  source: `${meters2026.source}; repeated by microsoft/Foundry-Agent-Solution-Templates cost.md`,
  asOf: '2026-09-07',
};
export const gpt56Blog: Source = {
  source:
    "azure.microsoft.com blog 'GPT-5.6 now available in Microsoft Foundry' via models.dev PR 5992; llm-kit usage-tab@1.3.0",
  asOf: '2026-10-03',
};
export const gpt6Blog: Source = {
  source:
    "azure.microsoft.com blog 'GPT-6 Astra generally available in Microsoft Foundry' via litellm PR 39827, llmgateway PR 3935",
  asOf: '2026-09-05',
};
/** OpenAI's list prices; that Azure asks the same is stated by third parties only. */
export const openAiList = (asOf: string): Source => ({
  source: 'OpenAI list price; Azure parity stated by tokenmeter v0.15.0 and litellm discussions 42523, 52347',
  asOf,
});
export const modelsDev: Source = { source: 'models.dev (anomalyco/models.dev@f3fc6922)', asOf: '2026-07-02' };
export const portkey: Source = { source: 'Portkey-AI/models@f654307e', asOf: '2026-08-21' };
