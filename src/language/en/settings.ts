export const settings = {
  title: 'Settings',
  general: {
    heading: 'General',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    language: 'Language',
    stripMetadata: 'Always remove picture metadata',
    stripMetadataHint:
      'Camera data and position are removed from every picture before it is sent, even from those that go as they are. The original stays on this device.',
  },
  about: {
    heading: 'About',
    version: 'Version',
    what: 'Sightline runs in this browser alone. It has no server, no analytics, and loads nothing from anywhere else.',
    whereHeading: 'What is kept where',
    where: {
      history: 'Conversations, pictures, drafts and costs are kept in the storage of this browser.',
      sent: 'Prompts and pictures go to the endpoints you enter, and nowhere else.',
      keys: 'Keys, tokens and SAS URLs are kept in this browser, encrypted with a key that pages can use but not copy. They are in no export, no message and no error.',
    },
    limitsHeading: 'What this does not protect against',
    limits: {
      profile: 'Anyone who can use this browser profile can use the saved keys.',
      malware: 'Malware or a malicious extension in your browser can read what you see and use your keys.',
      host: 'Whoever can change the files of this site can change what it does.',
      clearing: 'Clearing the site data of this browser deletes everything.',
    },
  },
  failed: {
    notLoaded: 'The list of models could not be loaded. Check your connection and reload the page.',
  },
};
