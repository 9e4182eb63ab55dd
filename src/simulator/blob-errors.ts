import { Refusal } from './refusal.ts';

/** Blob Storage speaks XML, with the code once more in a header: an answer to HEAD has no body. */
export class BlobRefusal extends Refusal {
  readonly code: string;
  readonly #xml: string;
  constructor(
    status: number,
    code: string,
    message: string,
    detail = '',
    headers: Record<string, string> = {},
  ) {
    super(status, null, headers);
    this.code = code;
    this.#xml = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message>${detail}</Error>`;
  }

  override toResponse(): Response {
    return new Response(this.#xml, {
      status: this.status,
      headers: { ...this.headers, 'content-type': 'application/xml', 'x-ms-error-code': this.code },
    });
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Recorded (2019-12-19): what is wrong stands in a detail of its own. */
export function notAuthenticated(detail: string): BlobRefusal {
  return new BlobRefusal(
    403,
    'AuthenticationFailed',
    'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    `<AuthenticationErrorDetail>${escapeXml(detail)}</AuthenticationErrorDetail>`,
  );
}

export function permissionMismatch(): BlobRefusal {
  return new BlobRefusal(
    403,
    'AuthorizationPermissionMismatch',
    'This request is not authorized to perform this operation using this permission.',
  );
}

/** Without a SAS: what an account that allows no public access says. */
export function notPublic(): BlobRefusal {
  return new BlobRefusal(
    409,
    'PublicAccessNotPermitted',
    'Public access is not permitted on this storage account.',
  );
}

export function containerNotFound(): BlobRefusal {
  return new BlobRefusal(404, 'ContainerNotFound', 'The specified container does not exist.');
}

export function blobNotFound(): BlobRefusal {
  return new BlobRefusal(404, 'BlobNotFound', 'The specified blob does not exist.');
}

export function invalidBlockList(): BlobRefusal {
  return new BlobRefusal(400, 'InvalidBlockList', 'The specified block list is invalid.');
}

export function invalidBlock(): BlobRefusal {
  return new BlobRefusal(400, 'InvalidBlobOrBlock', 'The specified blob or block content is invalid.');
}

export function invalidXml(): BlobRefusal {
  return new BlobRefusal(400, 'InvalidXmlDocument', 'XML specified is not syntactically valid.');
}

export function invalidParameter(): BlobRefusal {
  return new BlobRefusal(
    400,
    'InvalidQueryParameterValue',
    'Value for one of the query parameters specified in the request URI is invalid.',
  );
}

export function missingHeader(): BlobRefusal {
  return new BlobRefusal(
    400,
    'MissingRequiredHeader',
    "An HTTP header that's mandatory for this request is not specified.",
  );
}

export function emptyBlock(): BlobRefusal {
  return new BlobRefusal(
    400,
    'InvalidHeaderValue',
    'The value for one of the HTTP headers is not in the correct format.',
  );
}

export function invalidRange(size: number): BlobRefusal {
  return new BlobRefusal(
    416,
    'InvalidRange',
    'The range specified is invalid for the current size of the resource.',
    '',
    { 'content-range': `bytes */${size}` },
  );
}

export function methodNotAllowed(): BlobRefusal {
  return new BlobRefusal(405, 'UnsupportedHttpVerb', 'The resource doesn’t support specified Http Verb.');
}

export function noCorsRule(): BlobRefusal {
  return new BlobRefusal(
    403,
    'CorsPreflightFailure',
    'CORS not enabled or no matching rule found for this request.',
  );
}

/** Not Azure's: the simulator's memory has an end. */
export function bytesNotKept(): BlobRefusal {
  return new BlobRefusal(
    500,
    'InternalError',
    'The simulator keeps the bytes of the newest uploads only; of this part it knows no more than its size.',
  );
}
