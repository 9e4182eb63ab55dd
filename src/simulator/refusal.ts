/** The wire's error object; keys vary with the layer of Azure that refuses. */
export type WireError = Readonly<Record<string, unknown>> & { readonly message: string };

/** Thrown where a request cannot be answered; becomes a response with an error body. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  toResponse(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }
}

/** The form of the model layer: 400 with type, param and code. */
export function invalidRequest(
  message: string,
  param: string | null = null,
  code: string | null = null,
): Refusal {
  return new Refusal(400, { error: { message, type: 'invalid_request_error', param, code } });
}

/** The form of Azure's picture checks. */
export function badPicture(message: string): Refusal {
  return new Refusal(400, { error: { code: 'BadRequest', message, param: null, type: null } });
}

/** The gateway's form: a code and a message. */
export function gatewayError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(status, { error: { code, message } }, headers);
}

/** The vision-preview backend's way to say that it does not know a field (azure-docs#119173). */
export function extraField(name: string): Refusal {
  return invalidRequest(
    `1 validation error for Request\nbody -> ${name}\n  extra fields not permitted (type=value_error.extra)`,
  );
}

export function unrecognized(name: string): Refusal {
  return invalidRequest(`Unrecognized request argument supplied: ${name}`);
}

export function resourceNotFound(): Refusal {
  return gatewayError(404, '404', 'Resource not found');
}

/** Recorded 2026-03-31 (openllmetry, test_chat_reasoning.yaml). */
export function deploymentNotFound(): Refusal {
  return new Refusal(404, {
    error: {
      type: 'invalid_request_error',
      code: 'DeploymentNotFound',
      message:
        'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
    },
  });
}

/** A limit of calls or tokens. `retry-after` goes with it, though no browser can read it (azure-sdk-for-js#36988). */
export function rateLimited(code: string, message: string, seconds: number): Refusal {
  return gatewayError(429, code, message, {
    'retry-after': String(seconds),
    'retry-after-ms': String(seconds * 1000),
    'x-ratelimit-remaining-requests': '0',
  });
}
