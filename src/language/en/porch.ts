export const porch = {
  reload: 'Reload',
  goOn: 'Go on with what is here',
  detail: 'Technical detail',
  blocked: {
    title: 'Another tab holds your history open',
    what: 'A Sightline tab of an older version, or one that is asleep, has to close first. Close the other Sightline tabs; this page then goes on by itself.',
  },
  outdated: {
    title: 'A newer version of Sightline is open in another tab',
    what: 'This tab no longer writes anything. What you typed is saved. Reload to go on here.',
  },
  newVersion: {
    title: 'A new version of Sightline was published',
    what: 'A part of this page can no longer be loaded. What you typed is saved. Reload to go on.',
  },
  offline: {
    title: 'You are offline',
    what: 'A part of this page that is needed now was not loaded yet. What you typed is saved. Reload once you are online again.',
  },
  cleared: {
    title: 'Your history is gone from this browser',
    what: 'The browser opened an empty database: the site data was cleared, or the browser lost it. Nothing is deleted or cleaned up by Sightline. If you did not clear it yourself, restart the browser first.',
  },
  shorter: {
    title: 'Your history looks incomplete',
    what: (found: number, expected: number) =>
      `The browser opened ${found} of ${expected} conversations. Nothing is deleted or cleaned up by Sightline. Restart the browser: often everything is there again.`,
  },
  closed: {
    title: 'This browser does not open the place where your history is kept',
    what: 'It may be a private window, blocked site data, or a full or damaged disk. Nothing was deleted. Restart the browser, or allow site data for this page, and reload.',
  },
  answerNotSaved: 'The last answer is on screen only: it could not be saved.',
  saveAgain: 'Save again',
  first: {
    title: 'Connect to Azure',
    lead: 'Sightline asks a vision model that you have deployed in Azure OpenAI, from this browser and through no server of ours.',
    simulator:
      'No deployment at hand? The simulator answers in the manner of Azure, on this device. Nothing is sent and nothing is billed.',
    add: 'Add connection',
    useSimulator: 'Use the simulator',
  },
};
