import { isFrom } from './asked.ts';
import { withoutCors } from './cors.ts';
import { gatewayError, rateLimited, Refusal } from './refusal.ts';
import type { Visit } from './scenarios.ts';

/** Refusals of whole deployments. Bodies are those of `errors.json`, each observed or documented. */

const REFUSED_A_MINUTE = 2;

export function limitedTwice({ memory, scenario, nowMs, api }: Visit): null {
  if (memory.countCall(scenario.name, nowMs) > REFUSED_A_MINUTE) return null;
  const version = api.family === 'v1' ? 'v1' : api.apiVersion;
  throw rateLimited(
    '429',
    `Requests to the ChatCompletions_Create Operation under Azure OpenAI API version ${version} have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 2 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.`,
    2,
  );
}

export function limitedForADay({ api }: Visit): never {
  const version = api.family === 'v1' ? 'v1' : api.apiVersion;
  throw rateLimited(
    'RateLimitReached',
    `Your requests to rate-limited-for-a-day for gpt-4o in Sweden Central have exceeded the token rate limit for your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under Azure OpenAI API version ${version}. Please retry after 86400 seconds.`,
    86_400,
  );
}

export function highDemand(): never {
  throw rateLimited(
    '429',
    'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load. Please retry after 20 seconds. For improved latency reliability, consider switching to Provisioned Throughput.',
    20,
  );
}

/** Documented: innererror, content_filter_result in the singular, self-harm with a hyphen. */
export function promptBlocked(): never {
  throw new Refusal(400, {
    error: {
      message:
        'The response was filtered due to the prompt triggering Azure Content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=21298766',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror: {
        code: 'ResponsibleAIPolicyViolation',
        content_filter_result: {
          hate: { filtered: true, severity: 'high' },
          'self-harm': { filtered: true, severity: 'high' },
          sexual: { filtered: false, severity: 'safe' },
          violence: { filtered: true, severity: 'medium' },
        },
      },
    },
  });
}

/** Observed with gpt-4o and pictures: inner_error, content_filter_results in the plural. */
export function promptBlockedAsObserved(): never {
  throw new Refusal(400, {
    error: {
      inner_error: {
        code: 'ResponsibleAIPolicyViolation',
        content_filter_results: {
          sexual: { filtered: true, severity: 'high' },
          violence: { filtered: false, severity: 'safe' },
          hate: { filtered: false, severity: 'safe' },
          self_harm: { filtered: false, severity: 'safe' },
        },
      },
      code: 'content_filter',
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: \r\nhttps://go.microsoft.com/fwlink/?linkid=2198766.",
      param: 'prompt',
      type: null,
    },
  });
}

export function keysDisabled({ request }: Visit): null {
  if (!request.headers.has('api-key')) return null;
  throw gatewayError(
    403,
    'AuthenticationTypeDisabled',
    'Key based authentication is disabled for this resource.',
  );
}

export function firewall(): never {
  throw gatewayError(403, '403', 'Access denied due to Virtual Network/Firewall rules.', {
    'policy-id': 'ThrowExceptionDueToTrafficDenied',
  });
}

export function virtualNetwork(): never {
  throw gatewayError(
    403,
    '403',
    'A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. Check https://aka.ms/cogsvc-vnet for more details.',
  );
}

/** Network rules that drop a call leave nothing that a page could read. */
export function unreadable(): Response {
  return withoutCors(
    gatewayError(403, '403', 'Access denied due to Virtual Network/Firewall rules.').toResponse(),
  );
}

export function timedOut(): never {
  throw gatewayError(408, 'Timeout', 'The operation was timeout.');
}

/** The status is a remark in big-AGI's source; a body was never seen, this one is ours. */
export function aboutToBeGone(): never {
  throw gatewayError(
    410,
    'ModelDeprecated',
    'The model of this deployment is retired and can no longer be used.',
  );
}

export function bodyTooLarge(): Response {
  return html(
    413,
    '<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1></body></html>',
  );
}

export function tooManyHeaders(): Response {
  return new Response(null, { status: 431 });
}

export function serverError({ api }: Visit): never {
  const message = 'The model was unable to complete inference due to an internal error';
  throw isFrom(api, '2024-02-01')
    ? new Refusal(500, { error: { message, type: 'server_error', param: null, code: null } })
    : gatewayError(500, 'InternalServerError', message);
}

export function badGateway(): Response {
  return html(
    502,
    '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>Microsoft-Azure-Application-Gateway/v2</body></html>',
  );
}

export function unavailableTwice({ memory, scenario, nowMs }: Visit): null {
  if (memory.countCall(scenario.name, nowMs) > REFUSED_A_MINUTE) return null;
  throw gatewayError(
    503,
    'ServiceUnavailable',
    'The service is temporarily unable to process your request. Please try again later.',
  );
}

export function redirected({ request }: Visit): Response {
  const { pathname, search } = new URL(request.url);
  return new Response(null, {
    status: 307,
    headers: { location: `https://elsewhere.invalid${pathname}${search}` },
  });
}

export function errorInside200(): Response {
  return Response.json({
    error: {
      code: 'InternalServerError',
      message: 'The service could not answer, and said so with status 200.',
    },
  });
}

export function htmlAnswer(): Response {
  return html(
    200,
    '<!doctype html><html><head><title>Sign in to your account</title></head><body>Sign in to the network first.</body></html>',
  );
}

export function emptyAnswer(): Response {
  return new Response(null, { status: 200 });
}

function html(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
