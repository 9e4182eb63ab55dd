import { createFormat } from '../format.ts';

const format = createFormat('en-US');

const frames = (count: number): string => format.plural(count, { one: '# frame', other: '# frames' });

const minutes = (count: number): string => format.plural(count, { one: '# minute', other: '# minutes' });

/** Asking about a video by frames and words taken from it here, and playing what an answer names. */
export const footage = {
  askAbout: (name: string) => `Ask about ${name}`,
  unnamed: 'Video',
  frames,
  close: 'Close',
  cancel: 'Cancel',
  stop: 'Stop',

  /** What the file is. */
  facts: {
    size: (width: number, height: number) => `${format.number(width)} × ${format.number(height)}`,
    noSound: 'no sound',
    sound: 'with sound',
  },
  reading: 'Reading the video',
  loading: 'Preparing',

  refused: {
    title: (reason: 'empty' | 'not-a-video' | 'no-picture' | 'codec' | 'corrupt' | 'unreadable') =>
      ({
        empty: 'The file is empty.',
        'not-a-video': 'This is not a video that can be read here.',
        'no-picture': 'This file has no pictures, only sound.',
        codec: 'This browser cannot decode the video.',
        corrupt: 'The video is damaged or was cut off.',
        unreadable: 'The file could not be read.',
      })[reason],
    codec: (codec: string) => `Its pictures are encoded as ${codec}.`,
    todo: {
      empty: 'Choose another file.',
      'not-a-video':
        'MP4, MOV, WebM, Matroska, MPEG-TS and Ogg files can be read. Convert it to MP4 with H.264.',
      'no-picture': 'Choose a file with pictures, or transcribe it elsewhere and paste its words.',
      codec:
        'Convert it to MP4 with H.264, for example with “ffmpeg -i video -c:v libx264 video.mp4”, or try another browser: Safari and Edge decode HEVC where the system does.',
      corrupt: 'Play it in another program; if it plays there, save a copy and choose that.',
      unreadable: 'It may have been moved, changed or be on a drive that is gone. Choose it again.',
    },
    again: 'Choose another file',
  },

  pickAgain: {
    title: 'The file is no longer at hand.',
    why: (name: string) => `Choose ${name} again to change what is shown of it.`,
    other: 'That is another file.',
    otherWhy: (name: string) => `It is not the ${name} that was prepared here before.`,
    choose: 'Choose the file',
    label: 'Video file',
  },

  strip: {
    label: 'Preview',
    pick: (time: string) => `Moment at ${time}`,
    frame: (time: string) => `Frame at ${time}`,
    timeline: (count: number) => `${frames(count)} over the length of the video`,
  },

  choice: {
    label: 'Frames to show',
    ways: { even: 'Evenly spaced', scenes: 'Scene changes', moments: 'Moments' },
    wayHints: {
      even: 'The same time between any two.',
      scenes: 'Where the picture changes most.',
      moments: 'Pick moments on the strip; the frames lie around them, two seconds apart.',
    },
    count: 'Frames',
    looking: (done: number, total: number) =>
      `Looking for scenes: ${format.number(done)} of ${format.number(total)}`,
    foundFewer: (found: number) =>
      format.plural(found, { one: '# scene was found.', other: '# scenes were found.' }),
    fitFewer: (found: number) =>
      format.plural(found, { one: '# frame lies around them.', other: '# frames lie around them.' }),
    noMoments: 'Pick at least one moment on the strip.',
    picked: 'Picked moments',
    unpick: (time: string) => `Remove ${time}`,
    limit: {
      model: (count: number) => `This model takes at most ${format.number(count)} more pictures.`,
      context: (count: number) =>
        format.plural(count, {
          one: 'The model’s context has room for # frame beside the rest.',
          other: 'The model’s context has room for # frames beside the rest.',
        }),
    },
    side: 'Size',
    sides: (side: number) => `${format.number(side)} px`,
    original: 'Original',
    detail: 'Detail',
    details: { auto: 'Auto', low: 'Low', high: 'High' },
  },

  cost: {
    label: 'Input cost',
    tokens: (count: string) => `${count} tokens`,
    split: (perFrame: string, count: number, text: string) =>
      `${perFrame} × ${frames(count)} + ${text} of text`,
    size: (width: number, height: number) => `each ${format.number(width)} × ${format.number(height)} pixels`,
    unknownPrice: 'price unknown',
    pendingPrice: 'price …',
  },

  speech: {
    label: 'Words',
    kinds: { none: 'None', service: 'Transcribe the sound', file: 'Subtitles' },
    noSound: 'This video has no sound.',
    soundNotDecoded: (codec: string) =>
      `This browser cannot decode its sound (${codec}). Paste or open subtitles instead.`,
    deployment: 'Transcription deployment',
    deploymentHint:
      'A Whisper or gpt-4o-transcribe deployment of the same resource as the chosen connection.',
    noConnection: 'Choose a connection first.',
    transcribe: 'Transcribe',
    again: 'Transcribe again',
    cost: (count: number, cost: string) => `${minutes(count)}: ${cost}`,
    costUnknown: (count: number) => `${minutes(count)}, price unknown`,
    preparing: 'Preparing the sound',
    listening: 'Transcribing',
    waiting: 'The service asks to wait a moment.',
    noDeployment: (name: string) => `There is no deployment “${name}” that transcribes on this resource.`,
    noDeploymentWhy:
      'Copy its name from the deployments of exactly this resource in the Microsoft Foundry portal (ai.azure.com), or deploy whisper or gpt-4o-transcribe there. A new deployment takes up to five minutes.',
    nothing: 'No words were heard.',
    open: 'Open a file',
    openLabel: 'Subtitle file',
    text: 'Words with their times',
    textHint: 'SRT or WebVTT. What stands here is sent, so mistakes can be mended.',
    placeholder: 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood morning.',
    counted: (count: number) => format.plural(count, { one: '# line', other: '# lines' }),
    problems: {
      empty: 'There are no words yet.',
      'no-times':
        'No times were found in it. SRT and WebVTT have lines such as 00:00:01,000 --> 00:00:04,000.',
      'too-long': 'This is too long for subtitles.',
    },
    byAddition: 'Without “Transcribe”, it is done when the video is added.',
  },

  taking: (done: number, total: number) => `Taking frames: ${format.number(done)} of ${format.number(total)}`,
  add: 'Add to message',
  save: 'Change in message',

  tile: {
    words: 'with words',
    noWords: 'without words',
    waiting: 'Choose what the model is shown of it.',
    choose: 'Choose frames',
    chooseFor: (name: string) => `Choose frames of ${name}`,
    edit: (name: string) => `Edit frames of ${name}`,
    remove: (name: string) => `Remove ${name}`,
    earlier: (name: string) => `Move ${name} earlier`,
    later: (name: string) => `Move ${name} later`,
    indexed: (indexName: string, documentId: string) => `Index ${indexName} · document ${documentId}`,
    play: (name: string) => `Play ${name}`,
  },

  sent: {
    label: (name: string) => `Video ${name}`,
    frames: (name: string) => `Frames of ${name}`,
    playAt: (time: string) => `Play at ${time}`,
    playCited: (time: string) => `Play at ${time}, named in the answer`,
    cited: 'Named in the answer',
    play: 'Play',
    words: 'Words',
    missing: (time: string) => `Frame at ${time}: its bytes are no longer in this browser`,
  },

  player: {
    title: (name: string) => `Video: ${name}`,
    looking: 'Looking for the video',
    checking: 'Checking the file',
    missing: 'The video is not in this browser.',
    missingWhy: (name: string) => `Choose ${name} again to play it. It is read here and sent nowhere.`,
    fetch: (size: string) => `Fetch it (${size})`,
    fetchUnknown: 'Fetch it',
    fetchWhy: 'It can also be fetched from your container.',
    fetching: (done: string) => `Fetched ${done}`,
    fetchingOf: (done: string, total: string) => `Fetched ${done} of ${total}`,
    other: 'That is another file.',
    otherWhy: (name: string) => `Its contents are not those of the ${name} that was asked about.`,
    choose: 'Choose the file',
    label: 'Video file',
    cannotPlay: 'This browser cannot play the file.',
    cannotPlayWhy:
      'Its frames could be taken, but playing needs another format. Download it to play it elsewhere.',
    download: 'Download',
    captions: 'Words',
    retry: 'Try again',
  },

  record: {
    choose: 'Record a video',
    title: { screen: 'Record the screen', camera: 'Record with the camera' },
    start: { screen: 'Choose what to record', camera: 'Turn on the camera' },
    why: {
      screen: 'The browser asks what to share. Nothing leaves this browser until you send the message.',
      camera:
        'The browser asks for the camera and the microphone. Nothing leaves this browser until you send the message.',
    },
    fileName: { screen: 'Screen recording', camera: 'Camera recording' },
    asking: 'Waiting for permission',
    preview: 'Live preview',
    elapsed: 'Recorded',
    stop: 'Stop',
    finishing: 'Finishing the recording',
    cancel: 'Cancel',
    again: 'Try again',
    problems: {
      denied:
        'The browser was not allowed to record. Allow it in the address bar’s site settings, and try again.',
      'no-device': 'No camera was found. Connect one, and try again.',
      busy: 'The camera is in use by another program.',
      unsupported: 'This browser cannot record here.',
      failed: 'The recording failed.',
    },
  },
};
