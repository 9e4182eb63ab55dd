import { findModel, models, statusOf } from '#catalog';
import { hearingDeployments } from './hearing.ts';
import { scenarios } from './scenarios.ts';

const LISTED_SINCE_SECONDS = 1_700_000_000;

/** The listing route that left the specifications in 2023 and is still served (langflow#14509). */
export function listDeployments(): Response {
  return Response.json({
    data: [...scenarios, ...hearingDeployments].map(({ name, model }) => ({
      scale_settings: { scale_type: 'standard' },
      model: findModel(model)?.model ?? model,
      owner: 'organization-owner',
      id: name,
      status: 'succeeded',
      created_at: LISTED_SINCE_SECONDS,
      updated_at: LISTED_SINCE_SECONDS,
      object: 'deployment',
    })),
    object: 'list',
  });
}

/** Base models, not deployments. */
export function listModels(api: 'classic' | 'v1', nowMs: number): Response {
  const listed = models.filter((model) => statusOf(model, nowMs) !== 'retired');
  return Response.json({
    data: listed.map((model) =>
      api === 'v1'
        ? {
            id: model.id.replace('@', '-'),
            object: 'model',
            created: LISTED_SINCE_SECONDS,
            owned_by: 'system',
          }
        : {
            id: model.id.replace('@', '-'),
            object: 'model',
            created_at: LISTED_SINCE_SECONDS,
            status: 'succeeded',
            capabilities: { chat_completion: model.chatCompletions, inference: true, fine_tune: false },
          },
    ),
    object: 'list',
  });
}
