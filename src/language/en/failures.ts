import type { Failure, FailureKind } from '#domain/failure.ts';
import { createFormat } from '../format.ts';

const format = createFormat('en-US');

/** What happened, why as far as known, and what to do about it. */
type Words = Record<'title' | 'why' | 'remedy', string | ((failure: Failure) => string)>;

const kinds = {
  unreachable: {
    title: (failure: Failure) => `No answer from ${failure.origin ?? 'the endpoint'}`,
    why: 'A browser does not say why a call did not get through. The usual causes, likeliest first:',
    remedy: 'Change one thing at a time, and use “Test connection” in Settings to see whether it helped.',
  },
  offline: {
    title: 'You are offline',
    why: 'The browser reports that this device has no network connection.',
    remedy: 'Your prompt is kept. Try again once you are back online.',
  },
  redirected: {
    title: 'The endpoint redirects to another address',
    why: 'A redirect can hand your key to another server, so Sightline never follows one.',
    remedy:
      'Enter the final address as the endpoint. A sign-in page in front of a gateway, or a missing path, often causes this.',
  },
  'credentials-refused': {
    title: 'Azure did not accept the credentials',
    why: 'The key or token belongs to another resource, has been regenerated, or the endpoint is that of another resource or region.',
    remedy:
      'In the Azure portal, open the resource, then Keys and Endpoint. Copy KEY 1 and the endpoint from that one page and enter both again in Settings.',
  },
  'token-expired': {
    title: 'The bearer token has expired',
    why: 'A token from Microsoft Entra ID is valid for about an hour.',
    remedy:
      'Get a new one and paste it in Settings: az account get-access-token --resource https://cognitiveservices.azure.com --query accessToken -o tsv (for a v1 endpoint use --resource https://ai.azure.com).',
  },
  'key-authentication-disabled': {
    title: 'This resource does not accept keys',
    why: 'Key-based authentication is turned off for it, so no key can work. It takes Microsoft Entra ID only.',
    remedy:
      'In Settings, choose Bearer token as authentication and paste what az account get-access-token prints. Your account needs the role Cognitive Services OpenAI User on the resource.',
  },
  'network-rules': {
    title: 'The network rules of the resource refused the call',
    why: 'It takes calls only from selected networks or through a private endpoint, and your address is not among them.',
    remedy:
      'In the Azure portal, open the resource, then Networking, and add your IP address or choose All networks. A change takes a few minutes. If only a private endpoint is allowed, use Sightline from inside that network.',
  },
  forbidden: {
    title: 'Azure refused access',
    why: 'The credentials are known, but do not allow this call: a role is missing, or the resource or subscription is suspended.',
    remedy:
      'With a bearer token, assign your account the role Cognitive Services OpenAI User under Access control (IAM) of the resource. With a key, check in the Azure portal whether the resource is disabled.',
  },
  'deployment-not-found': {
    title: 'There is no such deployment on this resource',
    why: 'The name of a deployment is chosen freely and need not be that of its model. A new deployment takes up to five minutes.',
    remedy:
      'In the Microsoft Foundry portal (ai.azure.com), open the deployments of exactly this resource, and copy the name as it stands there into Settings.',
  },
  'resource-not-found': {
    title: 'The service does not know this address',
    why: 'The host answered, but knows neither this path nor this API version.',
    remedy:
      'Copy the target URI of the deployment from the Microsoft Foundry portal and paste it whole into “Endpoint or target URI” in Settings. Then check the API version there.',
  },
  'model-retired': {
    title: 'The model behind this deployment is retired',
    why: 'Microsoft has switched this model version off. Its deployment is still listed, but no longer answers.',
    remedy:
      'Deploy a current model in the Microsoft Foundry portal, then enter the new deployment and its model in Settings.',
  },
  'request-timeout': {
    title: 'Azure gave up on the request',
    why: 'The service took too long (408). Many large pictures, a long answer or a busy region can cause this.',
    remedy: 'Try again. If it happens again, send fewer pictures or lower Max tokens in Request settings.',
  },
  'body-too-large': {
    title: 'The request is too large',
    why: 'The service, or a gateway in front of it, limits the size of a request (413). Every prompt sends the pictures of the whole conversation again.',
    remedy:
      'Choose “Fit to what the model sees” for large pictures, remove some, or keep only the newest ones.',
  },
  'rate-limited': {
    title: 'The rate limit of this deployment is reached',
    why: ({ retryAfterMs }: Failure) =>
      (retryAfterMs === undefined ? '' : `Azure asks to wait ${format.duration(retryAfterMs)}. `) +
      'It counts the prompt and the whole of Max tokens against the tokens per minute (TPM) of the deployment, however short the answer is.',
    remedy:
      'Wait, or lower Max tokens in Request settings. You can give the deployment more tokens per minute in the Microsoft Foundry portal, as far as your quota allows.',
  },
  'too-many-headers': {
    title: 'The service refused the request headers',
    why: 'Azure takes at most 10 custom headers. Sightline sends two, so something between here and there adds more (431).',
    remedy: 'Try without browser extensions and proxies, or ask whoever runs the gateway.',
  },
  'server-error': {
    title: (failure: Failure) =>
      `The service had an internal error${failure.status === undefined ? '' : ` (${String(failure.status)})`}`,
    why: 'Something failed on Azure’s side; the request itself may be fine.',
    remedy:
      'Try again in a moment. If it goes on, look at azure.status.microsoft, or use a deployment in another region.',
  },
  'prompt-blocked': {
    title: 'The content filter blocked the prompt',
    why: 'Azure found something in the text or the pictures that the filter of this deployment does not let through. Blocked prompts are billed too.',
    remedy:
      'Reword the prompt or leave a picture out. If the filter is wrong for your work, it can be changed for the deployment in the Microsoft Foundry portal.',
  },
  'picture-refused': {
    title: 'Azure could not read a picture',
    why: 'The service takes JPEG, PNG, GIF and WebP, and did not recognise what was sent as one of them.',
    remedy: 'Edit the prompt and remove the picture, or save it anew in an image editor and attach it again.',
  },
  'picture-url-unreadable': {
    title: 'Azure could not load a picture from its URL',
    why: 'The service loads it itself: the URL must be public, need no sign-in and answer quickly.',
    remedy:
      'Open the URL in a private window to check. A blob in Azure Storage needs a SAS token in its URL. Otherwise download the picture and attach it as a file.',
  },
  'pictures-not-supported': {
    title: 'This model does not take pictures',
    why: 'The model behind the deployment reads text only.',
    remedy: 'Choose a connection whose model takes pictures, or remove them from the prompt.',
  },
  'parameter-refused': {
    title: (failure: Failure) =>
      failure.param
        ? `The service does not take the parameter ${failure.param}`
        : 'The service does not take one of the parameters',
    why: 'The model behind the deployment, or the API version, does not know this setting. Often the connection names another model than the deployment serves.',
    remedy: 'Take it out in Request settings, or correct the model and API version in Settings.',
  },
  'bad-request': {
    title: (failure: Failure) =>
      `The service rejected the request${failure.status === undefined ? '' : ` (${String(failure.status)})`}`,
    why: 'It does not say why in a form that Sightline knows. Its own words are under Details.',
    remedy: 'Check the model and the API version of the connection in Settings.',
  },
  'not-a-chat-answer': {
    title: 'What came back is not a chat answer',
    why: 'A web page, an empty body or something else came instead. A sign-in page, a proxy or a wrong path is the usual cause.',
    remedy: 'Check the endpoint in Settings and use “Test connection” there.',
  },
  'service-error': {
    title: 'The service reported an error while it answered',
    why: 'It had accepted the request, then sent an error instead of the rest of the answer.',
    remedy: 'What arrived is kept. Try again; if it goes on, use another deployment.',
  },
  'cut-off': {
    title: 'The answer broke off',
    why: 'The connection ended before the service said that the answer was complete.',
    remedy: 'What arrived is kept. Continue from there, or ask again.',
  },
  stalled: {
    title: 'The answer stopped coming',
    why: 'For a long time nothing arrived, so the call was ended.',
    remedy: 'What arrived is kept. Continue from there, or ask again.',
  },
  'left-running': {
    title: 'Sightline was closed while the answer was being written',
    why: 'The page went away before the answer was complete. The service may have billed it whole.',
    remedy: 'What arrived is kept. Continue from there, or ask again.',
  },
  'too-many-pictures': {
    title: ({ actual, limit }: Failure) =>
      `${actual === undefined ? 'Too many pictures' : format.plural(actual, { one: '# picture', other: '# pictures' })}${
        limit === undefined ? '' : `, this model takes ${format.number(limit)}`
      }`,
    why: 'The pictures of the whole conversation count, because each prompt sends them again.',
    remedy: 'Leave earlier pictures out of the request. They stay in the conversation.',
  },
  'picture-too-large': {
    title: ({ detail }: Failure) => (detail === '' ? 'A picture is too large' : `“${detail}” is too large`),
    why: ({ actual, limit }: Failure) =>
      actual === undefined || limit === undefined
        ? 'It is over what the service takes for one picture.'
        : `It would be sent with ${format.bytes(actual)}; the service takes ${format.bytes(limit)} a picture.`,
    remedy: 'Choose “Fit to what the model sees” for it, or attach a smaller version.',
  },
  'request-too-large': {
    title: 'The request is too large',
    why: ({ actual, limit }: Failure) =>
      actual === undefined || limit === undefined
        ? 'It is over what the service takes at once.'
        : `It would be ${format.bytes(actual)}; the service takes ${format.bytes(limit)} at once.`,
    remedy: 'Remove pictures, choose “Fit to what the model sees”, or keep only the newest ones.',
  },
  'connection-incomplete': {
    title: 'The connection is not complete',
    why: ({ param }: Failure) => {
      switch (param) {
        case 'endpoint':
          return 'Its endpoint is missing or cannot be used.';
        case 'credential':
          return 'Its key or token is missing, or was entered for another endpoint.';
        case 'deployment':
          return 'The name of its deployment is missing or cannot be used.';
        default:
          return 'Something that every request needs is missing: endpoint, key or deployment.';
      }
    },
    remedy: 'Open Settings and fill in what is missing.',
  },
  'enhancements-one-picture': {
    title: 'The enhancements look at one picture only',
    why: ({ actual }: Failure) =>
      actual === undefined
        ? 'A request with OCR or grounding enhancement may hold a single picture, and the pictures of the whole conversation count.'
        : `This request would hold ${format.number(actual)}, and with OCR or grounding enhancement it may be one. The pictures of the whole conversation count.`,
    remedy: 'Keep one picture, or turn the enhancements off in Request settings.',
  },
  'enhancements-not-here': {
    title: 'The enhancements are not to be had here',
    why: 'Only GPT-4 Turbo with Vision (vision-preview) has them, with API versions from 2023-12-01-preview to 2024-03-01-preview. Some of these spell them differently.',
    remedy:
      'Turn them off in Request settings and use “Read text and find objects first” there. If the model has them, check its API version and “Spelling of enhancements” in Settings.',
  },
  'vision-missing': {
    title: 'No Computer Vision resource can be used',
    why: 'The connection names none, or its key is missing or was entered for another endpoint.',
    remedy: 'Open Settings and fill in the endpoint and the key under Computer Vision.',
  },
  'vision-wrong-key': {
    title: 'This key does not open Computer Vision',
    why: 'It is a key of another kind, such as that of an Azure OpenAI resource, or of a resource in another region.',
    remedy:
      'In the Azure portal, open a Computer Vision or Azure AI services resource, then Keys and Endpoint. Copy KEY 1 and the endpoint from that one page into Settings.',
  },
  'vision-region': {
    title: 'This region has no captions',
    why: 'Image Analysis writes captions only in East US, West US, France Central, North Europe, West Europe, Southeast Asia, East Asia and Korea Central.',
    remedy: 'Go on without captions, or use a Computer Vision resource in one of these regions.',
  },
  'vision-picture-too-small': {
    title: 'A picture is too small to be read',
    why: 'Image Analysis takes pictures of more than 50 × 50 pixels.',
    remedy: 'Send the question without reading, or attach a larger version.',
  },
  'vision-picture-too-large': {
    title: 'A picture is too large to be read',
    why: 'Image Analysis takes pictures of less than 20 MB and of less than 16,000 pixels a side.',
    remedy: 'Send the question without reading, or attach a smaller version.',
  },
  'vision-refused': {
    title: 'Image Analysis refused the request',
    why: 'It does not say why in a form that Sightline knows. Its own words are under Details.',
    remedy:
      'Send the question without reading, or change what is looked for or its language in Request settings.',
  },
  'blob-unreachable': {
    title: ({ origin }: Failure) => `No answer from ${origin ?? 'the storage account'}`,
    why: 'Most likely the storage account has no CORS rule for this page, and then the browser lets nothing through. A wrong account name, a firewall of the account or an extension that blocks the call look just the same.',
    remedy:
      'Add the CORS rule that the Videos page shows. If it is there, check the account name and its Networking page in the Azure portal. What was sent is kept by the service.',
  },
  'blob-not-found': {
    title: 'There is no such container or file',
    why: 'The storage account answered, but does not know what the address names.',
    remedy:
      'Check the container in the SAS URL in Settings. A container that was deleted takes its files along.',
  },
  'sas-expired': {
    title: 'The SAS URL has expired',
    why: 'Its end date has passed, or its start date has not come yet.',
    remedy:
      'Make a new one for the container in the Azure portal (Shared access tokens) and enter it in Settings.',
  },
  'sas-lacks-permission': {
    title: 'The SAS URL does not allow this',
    why: 'Uploading takes the permissions read and create or write, on the container.',
    remedy: 'Make a new one with read, create, write and list in the Azure portal, and enter it in Settings.',
  },
  'sas-refused': {
    title: 'The storage account refused the SAS URL',
    why: 'Its signature does not fit: it was cut, the key that signed it was changed, or the account allows no access from this network.',
    remedy: 'Copy the whole SAS URL again, or make a new one, and enter it in Settings.',
  },
  'index-not-found': {
    title: 'There is no such index',
    why: 'The Computer Vision resource does not know the index: it was deleted, or belongs to another resource.',
    remedy: 'Choose another index on the Videos page, or create it and add the video again.',
  },
  'index-exists': {
    title: 'An index of this name exists already',
    why: 'Names of indexes are unique within a Computer Vision resource.',
    remedy: 'Choose another name, or use the index that is there.',
  },
  'video-unreadable': {
    title: 'The video could not be read on',
    why: 'This browser could not decode it, or the file is damaged or has been moved.',
    remedy: 'Choose the file again, or convert it to MP4 with H.264 and AAC, which every browser reads.',
  },
  'video-one-only': {
    title: 'A question takes one video',
    why: ({ actual }: Failure) =>
      actual === undefined
        ? 'A prompt about videos of an index may name a single one.'
        : `This prompt has ${format.number(actual)} videos of an index, and may name a single one.`,
    remedy: 'Keep one video, and ask about the others in prompts of their own.',
  },
  'video-with-pictures': {
    title: 'A question about a video takes no pictures',
    why: 'A prompt holds either a video of an index or pictures; frames of another video are pictures too.',
    remedy: 'Remove the pictures or the video.',
  },
  'video-without-words': {
    title: 'A question about a video takes words',
    why: 'The service picks the frames by what is asked, and a prompt with a video of an index alone asks nothing.',
    remedy: 'Write what you want to know, such as “Describe this video”.',
  },
  'video-not-here': {
    title: 'This connection cannot be asked about a video of an index',
    why: ({ param, detail }: Failure) => {
      switch (param) {
        case 'not-this-model':
          return 'Only GPT-4 Turbo with Vision (vision-preview) could look into an index; the model of this connection cannot.';
        case 'not-this-version':
          return detail === ''
            ? 'The v1 API never had this: only API versions 2023-12-01-preview, 2024-02-15-preview and 2024-03-01-preview do.'
            : `API version ${detail} does not have this: only 2023-12-01-preview, 2024-02-15-preview and 2024-03-01-preview do.`;
        case 'no-vision-resource':
          return 'The index is in a Computer Vision resource, and this connection names none.';
        case 'no-sas':
          return 'The service opens the video by its SAS URL, and this connection keeps none that fits: none for its container, or the video is no longer among your videos.';
        default:
          return 'It takes GPT-4 Turbo with Vision (vision-preview), a Computer Vision resource with the index, and a SAS URL of the video.';
      }
    },
    remedy:
      'Choose or complete a connection that has all of it. Or attach the video’s file instead: its frames and its speech can be sent to every model that takes pictures.',
  },
  'data-source-refused': {
    title: 'The service did not find the data source of the request',
    why: 'It looks for it under another spelling: dataSources or data_sources, by API version and by what is asked for.',
    remedy:
      'Open the connection in Settings and choose the other spelling: under “Computer Vision” for pictures, under “Questions about videos” for videos.',
  },
  'storage-full': {
    title: 'There is no space left to save',
    why: 'The browser refused to store more. What you see is on screen only.',
    remedy:
      'Keep this tab open. Free space on this device or delete conversations with many pictures, then try again.',
  },
  'storage-failed': {
    title: 'The browser could not save',
    why: 'Its database did not take the change. What you see may be on screen only.',
    remedy: 'Copy what matters, then reload the page. If it happens again, restart the browser.',
  },
  'changed-elsewhere': {
    title: 'Another tab is working in this conversation',
    why: 'It changed the conversation, or is getting an answer in it, so nothing was written over that.',
    remedy: 'Wait for the other tab to finish, or stop it there, then try again.',
  },
  'picture-missing': {
    title: ({ detail }: Failure) => (detail === '' ? 'A picture is missing' : `“${detail}” is missing`),
    why: 'Its bytes are no longer in the storage of this browser.',
    remedy: 'Edit the prompt and attach the picture again, or remove it.',
  },
  'picture-unreadable': {
    title: 'A picture could not be read',
    why: 'This browser could not decode or convert it.',
    remedy: 'Remove it, or save it as JPEG or PNG and attach it again.',
  },
  unexpected: {
    title: 'Something went wrong in Sightline',
    why: 'This is a fault of the app, not of Azure or of your connection.',
    remedy: 'Reload the page and try again. The details help whoever looks into it.',
  },
} satisfies Record<FailureKind, Words>;

/** The same where it was Image Analysis that failed, as far as that changes what to say. */
const whileReading = {
  'credentials-refused': {
    title: 'Computer Vision did not accept the key',
    why: 'It belongs to another resource, or has been regenerated.',
    remedy:
      'In the Azure portal, open the Computer Vision resource, then Keys and Endpoint. Copy KEY 1 and the endpoint from that one page and enter both again in Settings.',
  },
  'key-authentication-disabled': {
    title: 'The Computer Vision resource does not accept keys',
    why: 'Key-based authentication is turned off for it.',
    remedy:
      'Allow keys for it in the Azure portal. Or use an Azure AI services resource for both, with a bearer token.',
  },
  forbidden: {
    title: 'Computer Vision refused access',
    why: 'The credentials are known, but do not allow this call: a role is missing, or the resource or subscription is suspended.',
    remedy:
      'With a bearer token, assign your account the role Cognitive Services User under Access control (IAM) of the resource. With a key, check in the Azure portal whether the resource is disabled.',
  },
  'resource-not-found': {
    title: 'There is no Image Analysis at this address',
    why: 'The host answered, but does not know Image Analysis 4.0. Not every region has it.',
    remedy: 'Check the Computer Vision endpoint in Settings.',
  },
  'request-timeout': {
    title: 'Image Analysis took too long',
    why: 'The service gave up on a picture (408). A busy region can cause this.',
    remedy: 'Try again, or send the question without reading.',
  },
  'rate-limited': {
    title: 'The rate limit of Computer Vision is reached',
    why: ({ retryAfterMs }: Failure) =>
      (retryAfterMs === undefined ? '' : `Azure asks to wait ${format.duration(retryAfterMs)}. `) +
      'A free resource (F0) reads 20 pictures a minute and 5,000 a month, a paid one (S1) 20 a second.',
    remedy: 'Wait, or send the question without reading. What has been read is kept.',
  },
  'not-a-chat-answer': {
    title: 'What came back is not from Image Analysis',
    why: 'A web page, an empty body or something else came instead. A sign-in page, a proxy or a wrong path is the usual cause.',
    remedy: 'Check the Computer Vision endpoint in Settings.',
  },
} satisfies Partial<Record<FailureKind, Words>>;

export const failures = {
  kinds,
  whileReading,
  /** In front of a title that does not say itself that it was the reading. */
  reading: (title: string) => `While reading the pictures: ${title}`,
  /** Why a call may not get through, likeliest first. */
  unreachableCauses: {
    host: 'The host name is wrong or does not exist. Compare it with Keys and Endpoint of the resource in the Azure portal.',
    network:
      'The resource takes calls only through a private endpoint or from selected networks. See Networking of the resource in the Azure portal.',
    gateway:
      'A proxy or API Management stands in front without a CORS policy. It must allow this page’s origin, the method POST and the headers api-key, authorization and content-type (for Computer Vision also ocp-apim-subscription-key).',
    redirect:
      'The endpoint redirects to another address, which Sightline never follows, because that can hand your key to another server. Enter the final address.',
    blocker: 'An ad blocker, another extension or a company proxy stops the call. Try a private window.',
    offline: 'This device has no connection to the internet.',
  },
};
