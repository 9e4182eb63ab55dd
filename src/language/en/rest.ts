import { bill } from './bill.ts';
import { budgets } from './budgets.ts';
import { connections } from './connections.ts';
import { conversation } from './conversation.ts';
import { costs } from './costs.ts';
import { evidence } from './evidence.ts';
import { failures } from './failures.ts';
import { footage } from './footage.ts';
import { picturePanel } from './picture-panel.ts';
import { planner } from './planner.ts';
import { prices } from './prices.ts';
import { reading } from './reading.ts';
import { regions } from './regions.ts';
import { settings } from './settings.ts';
import { takeaway } from './takeaway.ts';
import { videoChat } from './video-chat.ts';
import { videos } from './videos.ts';

/** Texts that are read on purpose or in trouble; fetched once the first screen is in use. */
export const rest = {
  bill,
  budgets,
  connections,
  conversation,
  costs,
  evidence,
  failures,
  footage,
  picturePanel,
  planner,
  prices,
  reading,
  regions,
  settings,
  takeaway,
  videoChat,
  videos,
};
