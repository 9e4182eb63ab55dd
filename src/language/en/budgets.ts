export const budgets = {
  heading: 'Budgets',
  monthly: 'Monthly budget (USD)',
  daily: 'Daily budget (USD)',
  atLimit: 'At the limit',
  ceiling: 'Ask me above (USD per request)',
  ceilingHint: 'A request that may cost more is asked about first.',
  atLimitChoices: { ask: 'Ask before each request', block: 'Block requests' },
  noLimit: 'No limit',
  never: 'Never',
  saved: 'Saved',
  notLoaded: 'The budgets could not be read. Those you set still hold; reload the page to see them.',
  notSaved: 'This was not saved; what held before still holds.',
  dismiss: 'Dismiss',
  problems: {
    'not-a-number': 'Enter an amount in dollars, such as 5 or 0.25.',
    negative: 'A limit cannot be negative. Leave it empty for no limit.',
    'too-fine': 'At most 9 decimals count.',
    'too-much': (most: string) => `At most ${most}.`,
  },
  /** Two sentences in a row. */
  sentences: (first: string, second: string) => `${first} ${second}`,
  /** A bar's name and the words beneath it. */
  usedOf: (label: string) => `${label}: used`,
  usage: (used: string, limit: string, percent: string) => `${used} of ${limit} (${percent})`,
  usageUnderWay: (used: string, limit: string, percent: string, reserved: string) =>
    `${used} of ${limit} (${percent}), up to ${reserved} of it under way`,
  notes: {
    counted:
      'A budget counts what is paid and the most that requests under way may still cost, in every tab.',
    calendar: 'Days and months are those of your own clock.',
    simulated: 'Answers of the simulator count too, at the price they would have.',
    warned: 'From 80% of a limit on, a line above the message field warns.',
    blocked: 'A blocked request is not sent; your message is kept.',
    unknown: 'What has no known price cannot be counted.',
  },
  connections: {
    summary: 'Budgets for single connections',
    summarySet: (count: string) => `Budgets for single connections (${count} set)`,
    explained: 'In US dollars. They hold in addition to the budgets above.',
    none: 'There is no connection yet.',
    monthly: (name: string) => `Monthly budget for ${name} (USD)`,
    daily: (name: string) => `Daily budget for ${name} (USD)`,
    atLimit: (name: string) => `At the limit for ${name}`,
    /** Visible under the connection's name, which the full label says, too. */
    captions: { monthly: 'Monthly budget', daily: 'Daily budget', atLimit: 'At the limit' },
  },
  line: {
    near: {
      monthly: (percent: string, used: string, limit: string) =>
        `${percent} of this month’s budget is used (${used} of ${limit}).`,
      daily: (percent: string, used: string, limit: string) =>
        `${percent} of today’s budget is used (${used} of ${limit}).`,
    },
    nearOf: {
      monthly: (name: string, percent: string, used: string, limit: string) =>
        `${percent} of this month’s budget for ${name} is used (${used} of ${limit}).`,
      daily: (name: string, percent: string, used: string, limit: string) =>
        `${percent} of today’s budget for ${name} is used (${used} of ${limit}).`,
    },
    over: {
      monthly: (used: string, limit: string) => `This month’s budget is used up (${used} of ${limit}).`,
      daily: (used: string, limit: string) => `Today’s budget is used up (${used} of ${limit}).`,
    },
    overOf: {
      monthly: (name: string, used: string, limit: string) =>
        `This month’s budget for ${name} is used up (${used} of ${limit}).`,
      daily: (name: string, used: string, limit: string) =>
        `Today’s budget for ${name} is used up (${used} of ${limit}).`,
    },
    then: { ask: 'You are asked before each request.', block: 'Requests are not sent.' },
    open: 'Budgets',
  },
  question: {
    usedUp: 'A budget is used up',
    over: 'This request may go over a budget',
    overCeiling: (limit: string) => `This request may cost more than ${limit}`,
    blockedUsedUp: 'Not sent: a budget is used up',
    blockedOver: 'Not sent: this request may go over a budget',
    ceiling: (upTo: string, limit: string) =>
      `This request may cost up to ${upTo}; you asked to be asked above ${limit}.`,
    table: 'Limits',
    budget: 'Budget',
    used: 'Used so far',
    request: 'This request up to',
    limit: 'Limit',
    names: { monthly: 'This month', daily: 'Today' },
    namesOf: {
      monthly: (name: string) => `This month, ${name}`,
      daily: (name: string) => `Today, ${name}`,
    },
    underWay: (reserved: string) => `up to ${reserved} under way`,
    blocks: 'Blocks requests',
    unknown: 'unknown',
    unknownPrice: 'The price of this request is not known.',
    upperBound:
      'Requests under way are counted at the most they may cost, and so is this one. It may cost less.',
    kept: 'Your message is kept. To send it, raise the limit under Budgets.',
    wait: {
      running: 'Or wait for the requests under way: they may turn out cheaper.',
      daily: 'Or wait: the daily budget starts again at midnight.',
      monthly: 'Or wait: the monthly budget starts again on the first of the month.',
    },
    cheaper: 'A smaller request may still pass: fewer pictures, lower detail, or fewer max tokens.',
    sendAnyway: 'Send anyway',
    doNotSend: 'Do not send',
    budgets: 'Budgets',
    close: 'Close',
  },
};
