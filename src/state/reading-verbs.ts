import type { UserMessage } from '#domain/conversation.ts';
import type { Chat } from './chat.svelte.ts';
import type { Services } from './services.ts';

/** Asks once more in the place of an answer whose pictures could not be read, and does not read them. */
export async function askWithoutReading(
  chat: Chat,
  { store }: Pick<Services, 'store'>,
  answerId: string,
): Promise<void> {
  const prompt = promptOf(chat, answerId);
  if (!prompt) return;
  await chat.attempt(async () => {
    await store.setFindings(prompt.id, { skipsReading: true });
    await chat.reload();
  });
  await chat.retry(answerId);
}

/** The same without the features that this region does not have. */
export async function askWithoutCaptions(chat: Chat, answerId: string): Promise<void> {
  const { reading } = chat.settings;
  if (!reading) return;
  const features = reading.features.filter(
    (feature) => feature !== 'caption' && feature !== 'dense-captions',
  );
  await chat.setSettings({ reading: features.length > 0 ? { ...reading, features } : null });
  await chat.retry(answerId);
}

/** Whether what was found in a prompt's pictures goes with the next requests. */
export async function setFindingsSent(
  chat: Chat,
  { store }: Pick<Services, 'store'>,
  promptId: string,
  isSent: boolean,
): Promise<void> {
  const prompt = chat.branch.find(({ id }) => id === promptId);
  if (prompt?.role !== 'user' || !prompt.findings) return;
  const findings = { ...prompt.findings, isSent };
  await chat.attempt(async () => {
    await store.setFindings(promptId, { findings });
    await chat.reload();
  });
}

function promptOf(chat: Chat, answerId: string): UserMessage | null {
  const answer = chat.branch.find(({ id }) => id === answerId);
  const prompt = chat.branch.find(({ id }) => id === answer?.parentId);
  return prompt?.role === 'user' ? prompt : null;
}
