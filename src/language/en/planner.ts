import { createFormat } from '../format.ts';

const format = createFormat('en-US');

const pictures = (count: number): string => format.plural(count, { one: '# picture', other: '# pictures' });
const tokens = (count: number): string => format.plural(count, { one: '# token', other: '# tokens' });

/** Where a request's tokens come from, and what it does with earlier pictures. */
export const planner = {
  line: {
    why: 'Why so many tokens?',
    plan: 'Plan pictures',
    calibrated: 'calibrated',
    calibratedWhy:
      'Azure does not publish how this model counts pictures. The figure follows what it billed for earlier ones.',
    accuracy: (samples: number, deviation: string) => `last ${format.number(samples)}: within ${deviation}`,
  },

  sources: {
    title: 'Where the tokens come from',
    close: 'Close',
    total: (count: number) => `≈ ${tokens(count)} in this request, in the order in which they are sent.`,
    totalBySize: (count: number) => `≈ ${tokens(count)} in this request, largest first.`,
    largestFirst: 'Largest first',
    accuracy: (samples: number, deviation: string) =>
      `Compared with the bill, last ${format.number(samples)}: within ${deviation}.`,
    source: 'Source',
    tokens: 'Tokens',
    share: 'Share',
    lessThan: (share: string) => `< ${share}`,
    system: 'System prompt',
    you: 'You',
    assistant: 'Assistant',
    draft: 'You, being written',
    framing: 'Framing',
    framingWhy: 'What marks where each message begins, and corrections',
    picture: 'Picture',
    lowDetail: 'low detail',
    unknown: 'size or rule not known',
    rest: (count: number) => format.plural(count, { one: '# smaller source', other: '# smaller sources' }),
    showAll: (count: number) => `Show all ${format.number(count)}`,
  },

  offer: {
    pictures: (now: number, limit: number) =>
      `${format.number(now)} of ${pictures(limit)} that this model takes at once.`,
    context: (now: string, limit: string) => `≈ ${now} of ${limit} tokens that this model reads at once.`,
    contextOver: (now: string, limit: string) =>
      `≈ ${now} tokens: more than the ${limit} this model reads at once.`,
    ceiling: (now: string, limit: string) => `The input alone costs ≈ ${now} of your ceiling of ${limit}.`,
    ceilingOver: (now: string, limit: string) =>
      `The input alone costs ≈ ${now}: more than your ceiling of ${limit}.`,
    olderAtLow: 'Older at low',
    olderAtLowFor: (full: number, after: string) =>
      full === 0
        ? `With earlier pictures at low detail: ≈ ${after}.`
        : `With all but the newest ${format.number(full)} at low detail: ≈ ${after}.`,
    keepNewestFor: (sent: number, after: string) => `With only the newest ${pictures(sent)}: ≈ ${after}.`,
    keepNone: 'Leave out earlier pictures',
    keepNoneFor: (after: string) => `Without earlier pictures: ≈ ${after}.`,
    olderAtLowNonePast: (sent: number) => `Older at low, none past ${format.number(sent)}`,
    bothFor: (full: number, sent: number, after: string) =>
      `With the newest ${format.number(full)} as attached, older at low detail and none past ${format.number(sent)}: ≈ ${after}.`,
    tokens: (count: string) => `${count} tokens`,
    lowered: (count: number) =>
      `${format.plural(count, { one: '# earlier picture goes', other: '# earlier pictures go' })} at low detail.`,
    chosen: (parts: string) => `Chosen for the next request: ${parts}.`,
    kinds: {
      full: (count: number) => `${format.number(count)} as attached`,
      low: (count: number) => `${format.number(count)} at low detail`,
      crop: (count: number) => `${format.number(count)} cropped`,
      'left-out': (count: number) => `${format.number(count)} left out`,
    },
    useRule: 'Use the rule',
  },

  planner: {
    title: 'History planner',
    close: 'Close',
    done: 'Done',
    unchanged: 'The conversation itself never changes: every picture stays in it, whatever a request sends.',
    summary: 'The next request',
    before: 'Before',
    after: 'Now',
    pictures: 'Pictures',
    ofLimit: (count: number, limit: number) => `${format.number(count)} of ${format.number(limit)}`,
    overLimit: 'more than the model takes',
    tokens: 'Input tokens',
    cost: 'Input cost',
    bytes: 'Request size',
    about: (figure: string) => `≈ ${figure}`,
    unknown: 'unknown',
    said: (figures: string) => `Now ${figures}`,

    rule: 'Rule of this conversation',
    ruleWhy: 'For every request. An empty field sets no bound.',
    ruleBeforeFull: 'Newest',
    ruleBeforeSent: 'as attached, older at low, none past',
    ruleAfter: '',
    ruleFull: 'Newest as attached',
    ruleSent: 'None past',

    choices: 'Choices for the next request',
    choicesWhy: 'They go before the rule, and end with the request.',
    noPictures: 'No earlier pictures.',
    useRule: 'Use the rule',
    olderBefore: 'All older than the newest',
    olderAfter: '',
    olderThan: 'Older than the newest',
    olderChoice: 'Choice for older pictures',
    choose: 'Choose',
    chose: (count: number) => `Chosen for ${pictures(count)}.`,
    choiceFor: (name: string) => `${name}: next request`,
    kinds: { full: 'As attached', low: 'Low', crop: 'Crop', 'left-out': 'Left out' },
    withTokens: (kind: string, count: string) => `${kind}, ${count} tokens`,
    tokensOf: (count: number) => tokens(count),
    noTokens: 'not sent',
    byRule: 'by the rule',
    own: 'your choice',
    pixels: (width: string, height: string) => `${width} × ${height}`,
    changeCrop: 'Change crop',
    changeCropOf: (name: string) => `Change crop of ${name}`,
    more: (count: number) =>
      `Show ${format.plural(count, { one: '# older picture', other: '# older pictures' })}`,
    again: (name: string, place: number) => `${name} (${format.number(place)})`,
  },

  crop: {
    title: (name: string) => `Crop ${name}`,
    close: 'Close',
    hint: 'Draw a rectangle. Arrow keys move it, with Shift they change its size.',
    selection: 'Part that is sent',
    sides: { left: 'Left (%)', top: 'Top (%)', width: 'Width (%)', height: 'Height (%)' },
    result: (size: string, count: string) => `${size} pixels, ${count}`,
    of: (size: string, count: string) => `of ${size} pixels, ${count}`,
    tokens: (count: number) => `≈ ${tokens(count)}`,
    unknownTokens: 'tokens unknown',
    missing: 'The bytes of this picture are no longer in this browser, so it cannot be cropped.',
    cancel: 'Cancel',
    use: 'Use this part',
  },
};
