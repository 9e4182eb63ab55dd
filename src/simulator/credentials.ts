/** Every key and token is good unless it says that it is not. */
export function isGood(credential: string | undefined): credential is string {
  return credential !== undefined && credential !== '' && !/wrong|invalid|expired/i.test(credential);
}
