import type { Detail } from './image-tokens.ts';

/** A chat request in our words; `azure/` turns it into the wire's. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly maxTokensParam: 'max_tokens' | 'max_completion_tokens';
  readonly stream: boolean;
  /** Ask for usage in a stream; only where the API version takes it. Decided by `azure/` from the API version. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: 'json';
  readonly reasoningEffort?: string;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `picture` names an entry of the data-URL map that goes with the request. */
  | { readonly kind: 'picture'; readonly picture: string; readonly detail: Detail }
  | { readonly kind: 'picture-url'; readonly url: string; readonly detail: Detail };
