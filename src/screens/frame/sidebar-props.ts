import type { Conversation } from '#domain/conversation.ts';

/** What the sidebar shows, and what a person can do there. */
export interface SidebarProps {
  /** Newest first, or what a search found. */
  readonly conversations: readonly Conversation[];
  /** Ids of the conversations that are being answered. */
  readonly running: ReadonlySet<string>;
  readonly currentId: string | null;
  readonly page: 'chat' | 'costs' | 'settings' | 'videos' | null;
  readonly query: string;
  readonly hasMore: boolean;
  /** The list was read: an empty one is empty. */
  readonly loaded: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Deleted last, while it can be undone. */
  readonly justDeleted: Conversation | null;
  onquery(query: string): void;
  onmore(): void;
  onrename(id: string, title: string): void;
  ondelete(id: string): void;
  onundo(): void;
  ondismissundo(): void;
}
