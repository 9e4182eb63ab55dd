/** The door to Azure: addresses, questions, and the check of a connection. */
export {
  readTargetUri,
  type HostKind,
  type TargetUri,
  type TargetUriRefusal,
  type UriNote,
} from './target-uri.ts';
export { type UrlRefusal } from './pasted-url.ts';
export { toChatUrl, type ChatTarget } from './chat-url.ts';
export { defaultApiVersion, knownApiVersions, takesStreamOptions, type ApiVersion } from './api-versions.ts';
export { readBearerToken, type BearerToken } from './bearer-token.ts';
export {
  checkBlobSas,
  checkVideoSas,
  checkVisionEndpoint,
  type BlobSasCheck,
  type BlobSasProblem,
  type VideoSasCheck,
  type VideoSasProblem,
  type VisionEndpointCheck,
} from './vision-resources.ts';
export { maskSecrets, type Credential } from './secrets.ts';
export { bodyBytes, toChatBody, type VisionResource } from './chat-body.ts';
export {
  createChatClient,
  type AnswerOptions,
  type ChatClient,
  type ChatClientDeps,
  type MaxTokensParam,
} from './chat-client.ts';
export {
  analysisLimits,
  createImageAnalysisClient,
  refuseBeforeAnalysis,
  type AnalysedPicture,
  type AnalysisOptions,
  type ImageAnalysisClient,
} from './image-analysis-client.ts';
export { createBlobClient, type BlobClient, type BlobOptions } from './blob-client.ts';
export {
  createVideoRetrievalClient,
  type IngestedFile,
  type IngestedVideo,
  type Ingestion,
  type NewIngestion,
  type VideoOptions,
  type VideoQuery,
  type VideoRetrievalClient,
} from './video-retrieval-client.ts';
export { type RetryWait } from './retry.ts';
export { listDeployments, type Deployment } from './deployments.ts';
export { toFailureFromResponse, type FailedAnswer } from './service-failure.ts';
export { readServerEvents, type ServerEvent } from './server-events.ts';
export { checkConnection, type CheckOptions, type ConnectionCheck } from './connection-check.ts';
export { checkVision, type VisionCheck } from './vision-check.ts';
export {
  checkLineIds,
  type CheckCall,
  type CheckCause,
  type CheckLine,
  type CheckLineId,
  type CheckQuestion,
} from './connection-verdict.ts';
export {
  createTranscriptionClient,
  maxSoundBytes,
  type Transcription,
  type TranscriptionOptions,
  type TranscriptionTarget,
} from './transcription-client.ts';
