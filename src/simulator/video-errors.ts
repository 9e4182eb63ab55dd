import { Refusal } from './refusal.ts';

/** The reference's form of an error. No real body of this service was found: codes and words are ours (api.md 4.1). */
export function videoRefusal(status: number, code: string, message: string, inner?: string): Refusal {
  return new Refusal(status, {
    error: { code, message, ...(inner ? { innererror: { code: inner, message } } : {}) },
  });
}

export function badVideoRequest(message: string, inner = 'BadArgument'): Refusal {
  return videoRefusal(400, 'InvalidRequest', message, inner);
}

export function indexNotFound(name: string): Refusal {
  return videoRefusal(404, 'NotFound', `The index '${name}' was not found.`, 'IndexNotFound');
}

export function ingestionNotFound(name: string): Refusal {
  return videoRefusal(404, 'NotFound', `The ingestion '${name}' was not found.`, 'IngestionNotFound');
}

export function videoPathNotFound(): Refusal {
  return videoRefusal(404, 'NotFound', 'The requested resource was not found.');
}

export function videoMethodNotAllowed(): Refusal {
  return videoRefusal(405, 'MethodNotAllowed', 'The method is not allowed on this resource.');
}
